parties-title = Iestādes un cilvēki
