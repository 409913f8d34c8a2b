APP-NAME-title = APP-NAME
APP-NAME-group = APP-NAME
APP-NAME-new = Jauns ieraksts
APP-NAME-entry-title = Nosaukums
APP-NAME-made-on = Izveidots
APP-NAME-none = Ierakstu vēl nav.
APP-NAME-save = Saglabāt
