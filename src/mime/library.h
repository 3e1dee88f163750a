/* mime/library: GMime, made ready once, whoever of this floor needs it first. Any thread. */
#pragma once

/* Embedded messages become plain parts from then on; read.c says why. */
void mime_library_init(void);
