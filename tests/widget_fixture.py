"""What stands around a widget in tests: a front end without a browser, slow uploads."""

import threading
from dataclasses import dataclass

from relay_fixture import SlowUpload, wait_for

from tsvshare_widget.client import Link


class Screen:
    """What a front end sees and sends; stands at the widget's comm."""

    def __init__(self, widget):
        self.messages = []
        self._widget = widget
        widget.send = lambda content, buffers=None: self.messages.append(content)

    def send(self, **content):
        """As the comm delivers it: on any thread."""
        message = {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
        caller = threading.Thread(target=self._widget._handle_msg, args=(message,))
        caller.start()
        caller.join()

    def answer(self, id):
        """The message that answers ``id``."""
        return wait_for(lambda: next(filter(lambda m: self._answers(m, id), self.messages), None))

    def _answers(self, message, id):
        return message.get("id") == id and message["type"] != "progress"


@dataclass
class Target:
    """A document as ``SlowUpload`` wants it."""

    url: str
    key: str


def begin_upload(widget):
    """Begin to upload to a widget's document, piece by piece."""
    link = Link.parse(widget.url)
    return SlowUpload(Target(link.http_url, link.key), name="slow.tsv")
