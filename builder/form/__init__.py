"""The form for people who don't write YAML: Sveltia CMS at /admin/, set up from the models.

May import: `problems` up to `editing`.
Start with `admin_page.form`: the files below /admin/. `cms_config` makes the configuration, `bundle` gets the CMS
itself, `restoring` puts back the comments and line breaks that the CMS does not keep.
"""
