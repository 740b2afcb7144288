"""RFC 5545 rules: read, turned into labels, and put on the clock."""
