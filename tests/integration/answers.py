"""What the fault collector does with a request; a plain Answer, or a function from the request to one."""

from dataclasses import dataclass

REASONS = {202: "Accepted", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed",
           500: "Internal Server Error", 503: "Service Unavailable"}


@dataclass(frozen=True)
class Answer:
    """What the collector does with one request."""

    status: int = 202
    text: str = ""
    delay: float = 0.0          # before the answer, as a collector that flushes first
    close: bool = False         # says `Connection: close` and does it
    silent: bool = False        # closes without an answer
    hang: bool = False          # holds the request back while this answer is in force, then gives the next one
    trickle: float = 0.0        # seconds between the bytes of the answer
    cut_body_at: int = -1       # resets the connection after so many bytes of the body
    cut_answer_at: int = -1     # closes after so many bytes of the answer


ACCEPT = Answer()


def refuse_spans_named(name):
    """400 for every batch that holds a span with this name, 202 for the others."""
    return lambda request: Answer(400, "Unable to process request body") if name.encode() in request.body else ACCEPT


def too_large_over(limit):
    text = "Cannot submit Jaeger batch: http: request body too large"
    return lambda request: Answer(500, text, close=True) if len(request.body) > limit else ACCEPT
