"""Tables in and out by HTTP, whole and in parts.

download   the file, or the view
body       a request whose body is a stream, and is refused in words
upload     ``PUT`` and ``POST``;  resumable: uploads that go on after a loss, as tus has them
"""
