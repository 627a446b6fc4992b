/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Very many calls with what was said in them, past the store's own way of writing, which would take an
 * hour. The same for every database and every time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HISTORY_FILL_DAYS     365
#define HISTORY_FILL_MESSAGES 3 /* of each call */
#define HISTORY_FILL_WORDS    20000
#define HISTORY_FILL_NUMBERS  20000

/** When the first call began. */
#define HISTORY_FILL_BEGIN_US G_GINT64_CONSTANT(1700000000000000)
#define HISTORY_FILL_DAY_US   (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)

extern const char *const history_fill_assistants[8];
/** The number of our own that every other call has. */
extern const char history_fill_own_number[];
/** One of the callers'. (transfer full) */
char *history_fill_make_number(guint i);
/** The word of that rank, from 0: the commonest; each is as common as its rank + 1 is small. */
void history_fill_get_word(guint rank, char word[16]);

/** @url: of a store that nobody has open, with tables and no rows. */
void history_fill(const char *url, guint calls);

G_END_DECLS
