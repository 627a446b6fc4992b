/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

typedef enum {
	OFFHOOK_EMU_FAULT_NONE,
	OFFHOOK_EMU_FAULT_SLOW,      /* the first piece comes late */
	OFFHOOK_EMU_FAULT_STALL,     /* after some pieces nothing more comes */
	OFFHOOK_EMU_FAULT_HALF_OPEN, /* the request is taken, and that is all */
	OFFHOOK_EMU_FAULT_RESET,     /* after some pieces the connection is reset */
	OFFHOOK_EMU_FAULT_CLOSE,     /* ... is closed */
	OFFHOOK_EMU_FAULT_CUT,       /* ... the answer ends as if that were all */
	OFFHOOK_EMU_FAULT_ERROR,     /* ... an error comes within the good answer */
	OFFHOOK_EMU_FAULT_GARBAGE,   /* ... comes what is no answer */
	OFFHOOK_EMU_FAULT_ABORT,     /* the server says that it gave up */
	OFFHOOK_EMU_FAULT_ERROR_200, /* nothing but an error, as an object, with status 200 */
	OFFHOOK_EMU_FAULT_HTML,      /* status 502 and a page for browsers */
	OFFHOOK_EMU_FAULT_BYTES,     /* no fault: the answer comes byte by byte */
	OFFHOOK_EMU_FAULT_WHOLE,     /* no fault: not streamed although asked to */
	OFFHOOK_EMU_FAULT_STATUS,    /* and from here on a status: STATUS + 401, ... */
} OffhookEmuFault;

/* @name as in URLs and scripts; FALSE: there is none of that name */
gboolean offhook_emu_fault_find(const gchar *name, OffhookEmuFault *fault);
/* The names, for people. */
gchar *offhook_emu_fault_list(void);
/* The status of those that are one; else 0. */
guint offhook_emu_fault_get_status(OffhookEmuFault fault);
