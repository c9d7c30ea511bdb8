"""What is issued: editions of reports, stored bytes that are never made again."""
