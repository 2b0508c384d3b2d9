"""Tables in and out by HTTP, whole and in parts.

download   the file, or the view
body       a request whose body is a stream, and is refused in words
fetch      files on the web, fetched by the relay where its administrator has named hosts
archive    a document with all that is its, both ways
upload     ``PUT`` and ``POST``;  resumable: uploads that go on after a loss, as tus has them
"""
