/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the caller said, made ready for understanding: its words, and what each slot could find
 * where. Main thread or any one thread.
 */
#pragma once

#include "dialog-slot.h"

G_BEGIN_DECLS

typedef struct _OffhookDialogHeard OffhookDialogHeard;

/**
 * offhook_dialog_heard_new:
 * @text: anything
 * @slots: (element-type utf8 OffhookDialogSlot): by name; must outlive this
 */
OffhookDialogHeard *offhook_dialog_heard_new(const char *text, GHashTable *slots, GDateTime *now);
void offhook_dialog_heard_free(OffhookDialogHeard *self);

/** %NULL-terminated */
const char *const *offhook_dialog_heard_get_words(const OffhookDialogHeard *self, guint *n);
double offhook_dialog_heard_get_weight(const OffhookDialogHeard *self, guint at);

/** What the slot finds at word @at. (transfer none) (nullable) (element-type
 * OffhookDialogReading) */
const GArray *offhook_dialog_heard_get_readings(const OffhookDialogHeard *self, const char *slot,
						guint at);

/**
 * offhook_dialog_heard_find:
 * @taken: (nullable): a byte for each word, not to be used again when set; those of the value found
 *   are set
 * @sure: only what can be nothing else
 *
 * The first value of the slot anywhere.
 *
 * Returns: (transfer none) (nullable)
 */
const char *offhook_dialog_heard_find(const OffhookDialogHeard *self, const char *slot,
				      guint8 *taken, gboolean sure);

/** Does it begin with yes or no? 1, 0, or -1 for neither. */
gint offhook_dialog_heard_read_yes_no(const OffhookDialogHeard *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDialogHeard, offhook_dialog_heard_free)

G_END_DECLS
