"""A server that speaks as OpenAI-compatible ones do, on loopback, and answers what a test wrote down."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from runner.testing import Answer, CannedSite, Request

# One answer: a move, a text instead of one, a ready HTTP answer, or what makes one from the request.
Line = dict[str, Any] | str | Answer | Callable[[dict[str, Any]], Any]


class ModelServer(CannedSite):
    """`async with ModelServer([{"do": "click", "element": "1"}]) as server`; after the last it says 500."""

    def __init__(self, script: Sequence[Line] = ()) -> None:
        super().__init__({"/v1/chat/completions": self._completion})
        self.script = list(script)
        self.asked: list[dict[str, Any]] = []

    @property
    def api(self) -> str:
        """What `--model-url` takes."""
        return f"{self.url}v1"

    @property
    def questions(self) -> list[str]:
        """What was asked, in full, request for request."""
        return [json.dumps(body["messages"], ensure_ascii=False) for body in self.asked]

    async def _completion(self, request: Request) -> Answer:
        body = json.loads(request.body)
        self.asked.append(body)
        line = self.script.pop(0) if self.script else Answer('{"error": {"message": "no more"}}', status=500)
        if callable(line):
            line = line(body)
            line = await line if hasattr(line, "__await__") else line
        return line if isinstance(line, Answer) else completion(body, line)


def completion(
    body: dict[str, Any], said: dict[str, Any] | str, tokens: tuple[int, int] = (1000, 50)
) -> Answer:
    """A chat completion: a call of the one tool that was offered, or plain text."""
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if isinstance(said, str):
        message["content"] = said
    else:
        name = said.pop("tool", None) or body["tools"][0]["function"]["name"]
        call = {"name": name, "arguments": said.pop("raw", None) or json.dumps(said)}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": call}]
    told = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": body["model"],
        "choices": [{"index": 0, "finish_reason": "tool_calls" if not isinstance(said, str) else "stop",
                     "message": message}],
    }  # fmt: skip
    if tokens[0]:
        usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
        told["usage"] = usage
    return Answer(json.dumps(told), content_type="application/json")


def failure(status: int, message: str, **headers: str) -> Answer:
    """An error as such servers tell it."""
    body = {"error": {"message": message, "type": "error", "code": None}}
    return Answer(json.dumps(body), status=status, headers=headers, content_type="application/json")
