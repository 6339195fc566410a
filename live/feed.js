// The one run of `record --feed` or `replay --feed`: to be watched and spoken to, nothing else.

import { streamUrl } from "/page/service.js";

export function feedSource() {
  const named = new URLSearchParams(location.hash.slice(1));
  const id = named.get("feed");
  if (!id) return null;
  const token = named.get("token") ?? "";
  return { id, url: () => streamUrl(id, token), stored: null, file: null, say: null, service: null };
}
