/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A slot: a thing a caller can say, in one of several ways, that stands for a value. Values are
 * kept as text in one form: "4", "2026-08-05", "19:30", "yes". Immutable once loaded.
 */
#pragma once

#include <offhook/expectation.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_DIALOG_SLOT_LIST,
	OFFHOOK_DIALOG_SLOT_NUMBER,
	OFFHOOK_DIALOG_SLOT_DAY,
	OFFHOOK_DIALOG_SLOT_TIME,
	OFFHOOK_DIALOG_SLOT_DIGITS,
	OFFHOOK_DIALOG_SLOT_YES_NO,
	OFFHOOK_DIALOG_SLOT_TYPE_LAST
} OffhookDialogSlotType;

/** One value of a list, or other words for a number. */
typedef struct {
	char *value;
	char *say;           /* (nullable) how it is spoken */
	char *key;           /* (nullable) on the keypad */
	GPtrArray *patterns; /* OffhookDialogPattern, without slots */
} OffhookDialogSlotValue;

typedef struct {
	char *name;
	OffhookDialogSlotType type;
	guint min; /* of a number, or how many digits */
	guint max;
	guint from; /* of a time: minutes after midnight */
	guint to;
	gboolean dates; /* of a day: "the fourth of december" is expected too */
	char *unit_one; /* (nullable) of a number: "person" */
	char *unit_many;
	GPtrArray *values; /* OffhookDialogSlotValue */
} OffhookDialogSlot;

/** A value that was found in an utterance. */
typedef struct {
	guint length; /* words */
	char *value;
	gboolean sure; /* it can be nothing else, whatever was asked */
} OffhookDialogReading;

OffhookDialogSlot *offhook_dialog_slot_new(const char *name, OffhookDialogSlotType type);
void offhook_dialog_slot_free(OffhookDialogSlot *self);
OffhookDialogSlotValue *offhook_dialog_slot_value_new(void);
void offhook_dialog_slot_value_free(OffhookDialogSlotValue *value);

/** "number"; %NULL-terminated list of them. */
const char *const *offhook_dialog_slot_list_types(void);

/** A GArray of OffhookDialogReading that frees its values. (transfer full) */
GArray *offhook_dialog_readings_new(void);

/**
 * offhook_dialog_slot_read:
 * @words: %NULL-terminated: the whole utterance
 * @at: where to look
 * @readings: what is found there is appended, the longest first
 */
void offhook_dialog_slot_read(const OffhookDialogSlot *self, const char *const *words, guint at,
			      GDateTime *now, GArray *readings);

/** What was keyed in. (transfer full) (nullable): not a value of this slot */
char *offhook_dialog_slot_read_keys(const OffhookDialogSlot *self, const char *keys);

/** Is @value within the slot's limits? What is said may lie outside, to be answered properly. */
gboolean offhook_dialog_slot_allows(const OffhookDialogSlot *self, const char *value);

/** Does "{slot.part}" exist for this type? @part: %NULL for the plain value */
gboolean offhook_dialog_slot_has_part(const OffhookDialogSlot *self, const char *part);

/** @value as it is spoken. (transfer full) */
char *offhook_dialog_slot_speak(const OffhookDialogSlot *self, const char *value, const char *part,
				GDateTime *now);

/** How many keys a value takes; 0 and 0 when it can't be keyed in. */
void offhook_dialog_slot_get_keys(const OffhookDialogSlot *self, guint *min, guint *max);

/** Adds the slot, with all it can be, under its name. */
void offhook_dialog_slot_add_to(const OffhookDialogSlot *self, OffhookExpectation *expectation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDialogSlot, offhook_dialog_slot_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDialogSlotValue, offhook_dialog_slot_value_free)

G_END_DECLS
