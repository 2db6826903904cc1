"""What the pages of the newsroom share: session, frame, forms, views, words. Pages are in `service/pages/desk/`."""
