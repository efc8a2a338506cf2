"""What an account keeps: people, teams, labels, texts, attributes, bots; and one's own profile."""
