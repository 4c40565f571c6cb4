"""What steps stand on: world, people, claims, fixtures by tag, evidence."""
