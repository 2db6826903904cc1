"""The real parts that tests stand on: two databases, a mail server, the service as a process, a browser, a corpus."""
