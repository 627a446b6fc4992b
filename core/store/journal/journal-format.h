/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What a file of the store's journal looks like. Its first line is "offhook-journal 1"; each line
 * after it is one write: the first 16 digits of the SHA-256 of its JSON, the length of that, and the
 * JSON. A line that is not right costs no other. Any thread.
 */
#pragma once

#include "store/store-backend.h"

G_BEGIN_DECLS

#define OFFHOOK_JOURNAL_FORMAT_HEADER "offhook-journal 1\n"

/** The longest line that is looked at; more than any write takes. */
#define OFFHOOK_JOURNAL_FORMAT_MAX_LINE (16 * 1024 * 1024)

void offhook_journal_format_add(GString *file, const OffhookStoreWrite *write);

typedef struct {
	GPtrArray *writes; /* (nullable) (element-type OffhookStoreWrite): if they were asked for */
	guint n_writes;    /* lines that are as they were written */
	guint n_damaged;   /* others; and writes that this program does not understand */
	gsize torn;        /* bytes at the end whose line was never finished */
} OffhookJournalContents;

/**
 * offhook_journal_format_parse:
 * @decode: make writes of the lines; %FALSE counts them only
 *
 * Takes any bytes. %NULL with %OFFHOOK_ERROR_INCOMPATIBLE when a newer version wrote them.
 */
OffhookJournalContents *offhook_journal_format_parse(const char *data, gsize size, gboolean decode,
						     GError **error);
void offhook_journal_contents_free(OffhookJournalContents *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookJournalContents, offhook_journal_contents_free)

G_END_DECLS
