"""Those who carry a safety alarm. Personal data: only in the municipality's own schema, and only for home care."""
