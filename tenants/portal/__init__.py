"""The municipality's own pages for its officers, administrators and auditors. Owns no tables."""
