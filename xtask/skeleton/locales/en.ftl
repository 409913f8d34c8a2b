APP-NAME-title = APP-NAME
APP-NAME-group = APP-NAME
APP-NAME-new = New entry
APP-NAME-entry-title = Title
APP-NAME-made-on = Made on
APP-NAME-none = No entries yet.
APP-NAME-save = Save
