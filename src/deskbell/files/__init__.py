"""Files behind attachments and avatars: the port to where they are kept, and what is in them."""
