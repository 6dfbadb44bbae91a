// The templates, stylesheet, script and icon of the pages, inside the executable.
#ifndef MARTLET_WEB_UI_FILES_H
#define MARTLET_WEB_UI_FILES_H

typedef struct {
    const char *_Nonnull name;
    const unsigned char *_Nonnull bytes;
    long length;
} martlet_web_file;

long martlet_web_file_count(void);

// `index` from 0 to below the count.
martlet_web_file martlet_web_file_at(long index);

#endif
