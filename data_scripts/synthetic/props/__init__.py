"""Things that several pictures share: sky and land, plants, vehicles, people, furniture."""
