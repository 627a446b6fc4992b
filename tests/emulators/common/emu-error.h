/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#define OFFHOOK_EMU_ERROR (offhook_emu_error_quark())

typedef enum {
	OFFHOOK_EMU_ERROR_USAGE,    /* the command line is wrong */
	OFFHOOK_EMU_ERROR_AUDIO,    /* a sound file cannot be used */
	OFFHOOK_EMU_ERROR_SPEECH,   /* a text cannot be spoken */
	OFFHOOK_EMU_ERROR_HTTP,     /* a request got no answer */
	OFFHOOK_EMU_ERROR_TIMEOUT,  /* nor in time */
	OFFHOOK_EMU_ERROR_DOCUMENT, /* an answer says nothing that we can follow */
	OFFHOOK_EMU_ERROR_STREAM,   /* the media stream cannot be opened or was misused */
	OFFHOOK_EMU_ERROR_TOKEN,    /* a request is not signed as it should be */
} OffhookEmuError;

GQuark offhook_emu_error_quark(void);
