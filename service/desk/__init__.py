"""What the pages of the newsroom share: session, frame, forms, views, words. The pages stand in `service/pages/desk/`."""
