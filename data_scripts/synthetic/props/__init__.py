"""Things that more than one picture needs: sky and land, plants, vehicles, people, furniture."""
