// Where a run comes from, and what can be done about it: here, the service.

import { service, streamUrl } from "/page/service.js";
import { currentToken } from "/page/session.js";

export function serviceSource(id) {
  return {
    id,
    url: () => streamUrl(id, currentToken()),
    stored: () => service.run(id),
    file: (name) => service.file(id, name),
    say: (text) => service.say(id, text),
    service,
  };
}
