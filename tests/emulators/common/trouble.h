/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* What goes wrong on demand with a service that is played; the names are the same for all. */
typedef enum {
	OFFHOOK_EMU_TROUBLE_NONE,
	OFFHOOK_EMU_TROUBLE_SLOW_FIRST,   /* the first piece of an answer comes late */
	OFFHOOK_EMU_TROUBLE_STALL,        /* nothing is answered, or no more of it */
	OFFHOOK_EMU_TROUBLE_HALF_OPEN,    /* the connection is there and its owner is dead */
	OFFHOOK_EMU_TROUBLE_STATUS,       /* refused with a status */
	OFFHOOK_EMU_TROUBLE_ERROR_IN_200, /* all seems well, and an error comes */
	OFFHOOK_EMU_TROUBLE_GARBAGE,      /* what is no answer */
	OFFHOOK_EMU_TROUBLE_CLOSE_1011,
} OffhookEmuTroubleKind;

typedef struct {
	OffhookEmuTroubleKind kind;
	guint status; /* of STATUS */
	gboolean mid; /* in the middle of an answer, not at its beginning */
} OffhookEmuTrouble;

/* @name: "stall", "mid-stall", "429", ...; "none". FALSE: there is none of that name */
gboolean offhook_emu_trouble_find(const gchar *name, OffhookEmuTrouble *trouble);
/* The names, for people. */
gchar *offhook_emu_trouble_list(void);
