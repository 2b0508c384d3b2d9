"""What is sent by HTTP; see test_client_live.py for how."""

from tsvshare_widget.client.http import read_chunks


def test_whatever_can_be_uploaded_becomes_pieces_of_bytes(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_bytes(b"x" * (3 << 20))
    text = tmp_path / "b.tsv"
    text.write_text("é\t1\n", encoding="utf-8")
    for source, size, content in (
        (path, 3 << 20, path.read_bytes()),
        (str(path), 3 << 20, path.read_bytes()),
        (b"a\tb\n", 4, b"a\tb\n"),
        (bytearray(b"a"), 1, b"a"),
        (memoryview(b"abc")[1:], 2, b"bc"),
        ([b"a", b"", b"b"], None, b"ab"),
    ):
        chunks, total = read_chunks(source)
        assert (b"".join(chunks), total) == (content, size)
    with text.open(encoding="utf-8") as file:
        chunks, total = read_chunks(file)
        assert (b"".join(chunks), total) == ("é\t1\n".encode(), None)
