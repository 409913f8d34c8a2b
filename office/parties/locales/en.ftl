parties-title = Institutions and people
