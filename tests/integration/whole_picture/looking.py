"""What people see of a lost order: in a terminal, on its page, in Jaeger; and what is kept of it for their eyes."""

import html
import re
from datetime import datetime, timezone

from test_pages import SHOTS, shot

_SAYS_LITTLE = {"order.id", "order.namespace"}


def ageless(sentence):
    """Its age is another at every look."""
    return re.sub(r"(?:\d+ \w+ )+ago", "a while ago", sentence)


def in_terminal(text):
    """Of `ordertrace where`: the sentence, and the lines under it by their names."""
    sentence, lines, *_ = text.split("\n\n")
    return ageless(sentence), {line[:15].rstrip(): line[15:] for line in lines.splitlines()}


def on_page(page):
    """Of an order's page: the order, the sentence, and the answers by their names."""
    order, = re.findall(r'<p class="which">.*?<strong>(.*?)</strong>', page)
    sentence, = re.findall(r'<span class="sentence">(.*?)</span>', page)
    answers = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page, re.S)
    return _text(order), ageless(_text(sentence)), {_text(name): _text(answer) for name, answer in answers}


def _text(markup):
    return html.unescape(re.sub("<[^>]*>", "", markup))


def keep_for_eyes(picture, order, browser):
    """The page, the board and what Jaeger shows, beside the pictures of the other pages."""
    browser.get(f"{picture.board.url}/board/orders/{order}")
    shot(browser, f"lost-{order}")
    browser.get(f"{picture.board.url}/board/")
    shot(browser, f"lost-{order}-board")
    (SHOTS / f"lost-{order}-trace.txt").write_text(f"order {order}, times are UTC\n" + as_text(picture.trace(order)))


def as_text(spans):
    """A trace, a span a line in the order of time, and under it what it was told."""
    lines = []
    for span in sorted(spans, key=lambda span: span["start"]):
        start = datetime.fromtimestamp(span["start"] / 1e6, timezone.utc).strftime("%H:%M:%S.%f")[:-3]
        error = f"ERROR {span['status_message']}".rstrip() if span["status"] == "error" else ""
        tags = " ".join(f"{key}={value}" for key, (_, value) in sorted(span["tags"].items()) if key not in _SAYS_LITTLE)
        took = f"{(span['end'] - span['start']) / 1e3:.1f} ms"
        lines.append(f"{start}  {span['service']:<12} {span['name']:<32} {took:>12}  {error}".rstrip())
        lines.append(f"{'':14}{span['kind']} {span['span_id']} under {span['parent_id'] or 'nothing'}  {tags}")
        lines += [f"{'':14}“{fields['message'][1]}”" for _, _, fields in span["events"] if "message" in fields]
    return "\n".join(lines) + "\n"
