"""Two builds of one service answer alike: the same requests to both, derived from the document they share."""
