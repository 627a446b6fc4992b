/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A scripted assistant, as read from its file (docs/agents/dialog.md). Immutable once loaded and
 * reference-counted, so that a session keeps the one it began with.
 */
#pragma once

#include "dialog-hours.h"
#include "dialog-slot.h"

G_BEGIN_DECLS

/** Bytes of a file that are read. */
#define OFFHOOK_DIALOG_MAX_FILE (1024 * 1024)

typedef enum {
	OFFHOOK_DIALOG_DO_NOTHING,
	OFFHOOK_DIALOG_DO_HANG_UP,
	OFFHOOK_DIALOG_DO_TRANSFER,
	OFFHOOK_DIALOG_DO_REPEAT, /* say the last answer again */
	OFFHOOK_DIALOG_DO_CANCEL, /* leave the form */
	OFFHOOK_DIALOG_DO_PASS,   /* leave the turn to the next agent */
} OffhookDialogDo;

typedef enum {
	OFFHOOK_DIALOG_WHEN_ALWAYS,
	OFFHOOK_DIALOG_WHEN_OPEN,   /* on the day of slot `name`, or now */
	OFFHOOK_DIALOG_WHEN_CLOSED, /* the other way round */
	OFFHOOK_DIALOG_WHEN_GIVEN,  /* slot `name` has a value */
	OFFHOOK_DIALOG_WHEN_IS,     /* slot `name` has value `value` */
	OFFHOOK_DIALOG_WHEN_SET,    /* variable `name` has a value */
} OffhookDialogWhen;

typedef struct {
	OffhookDialogWhen when;
	char *when_name;
	char *when_value; /* (nullable) */

	char **answers; /* alternatives; may be empty */
	OffhookDialogDo action;
	char *to;      /* (nullable): of a transfer */
	char *form;    /* (nullable) */
	gboolean more; /* ask whether there is anything else */
} OffhookDialogReply;

typedef struct {
	char *name;
	char *label;         /* (nullable): "book a table" */
	char *key;           /* (nullable) */
	GPtrArray *patterns; /* OffhookDialogPattern */
	char **examples;
	gboolean consequential; /* asked back when not sure */
	GPtrArray *cases;       /* OffhookDialogReply, the last one without condition */
} OffhookDialogIntent;

typedef struct {
	const OffhookDialogSlot *slot;
	char **ask;
	char **again;   /* may be empty */
	char **invalid; /* may be empty */
	char **closed;  /* may be empty */
	gboolean must_be_open;
	GPtrArray *patterns; /* OffhookDialogPattern: answers */
	GPtrArray *names;    /* OffhookDialogPattern: how a caller calls the field */
} OffhookDialogField;

typedef struct {
	char *name;
	GPtrArray *fields; /* OffhookDialogField */
	char **confirm;    /* may be empty: no confirmation */
	char **change;
	char **cancelled;
	GPtrArray *cases; /* OffhookDialogReply */
} OffhookDialogForm;

typedef enum {
	OFFHOOK_DIALOG_SAY_GREETING,
	OFFHOOK_DIALOG_SAY_SORRY,
	OFFHOOK_DIALOG_SAY_GIVE_UP,
	OFFHOOK_DIALOG_SAY_DID_YOU_SAY,
	OFFHOOK_DIALOG_SAY_FAILURE,
	OFFHOOK_DIALOG_SAY_MORE, /* may be empty */
	OFFHOOK_DIALOG_SAY_NO_MORE,
	OFFHOOK_DIALOG_SAY_GO_AHEAD,
	OFFHOOK_DIALOG_SAY_NOTHING_TO_CANCEL,
	OFFHOOK_DIALOG_SAY_LAST
} OffhookDialogPrompt;

typedef struct {
	grefcount ref_count;
	char *name;
	char *language;
	GHashTable *variables; /* utf8 -> utf8 */
	OffhookOpeningHours *hours;
	GHashTable *slots;  /* name -> OffhookDialogSlot */
	GPtrArray *intents; /* OffhookDialogIntent */
	GHashTable *forms;  /* name -> OffhookDialogForm */
	double reject;
	double confirm;
	guint unclear_limit;
	guint silence_limit;
	char **prompts[OFFHOOK_DIALOG_SAY_LAST];
	GPtrArray *unclear; /* GStrv: first, second, ... time */
	GPtrArray *silence; /* GStrv */
	char **offer;       /* may be empty */
	char *offer_intent;
	GPtrArray *fallback; /* (nullable): OffhookDialogReply, the last one without condition */
} OffhookDialogScript;

/**
 * offhook_dialog_script_load:
 * @path: a file
 *
 * Returns: (transfer full) (nullable): sets %OFFHOOK_ERROR_NOT_FOUND, or %OFFHOOK_ERROR_CONFIG with
 * all that is wrong
 */
OffhookDialogScript *offhook_dialog_script_load(const char *path, GError **error);
/** @name: how errors call it */
OffhookDialogScript *offhook_dialog_script_parse(const char *text, gsize length, const char *name,
						 GError **error);
OffhookDialogScript *offhook_dialog_script_ref(OffhookDialogScript *self);
void offhook_dialog_script_unref(OffhookDialogScript *self);

/** (transfer none) (nullable) */
const OffhookDialogIntent *offhook_dialog_script_find_intent(const OffhookDialogScript *self,
							     const char *name);
/** (transfer container): the patterns of each intent, in order, for the matcher */
GPtrArray *offhook_dialog_script_list_patterns(const OffhookDialogScript *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDialogScript, offhook_dialog_script_unref)

G_END_DECLS
