/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script.h"

#include <glib.h>

/* Wrongs that can be done over any media stream. */
typedef struct {
	guint jitter_ms;
	guint late_marks_ms;
	gboolean no_marks;
	gboolean empty_audio;
	gboolean fragmented;
	gboolean lost_stop;
	gdouble half_open_after; /* seconds, < 0: never */
	gdouble drop_after;      /* likewise */
	gboolean bad_json;
	gboolean garbage_frame;
	gint64 huge_message; /* bytes, 0: none */
	gdouble at;          /* seconds after the stream's start for the one-shot faults */
	gdouble wait;        /* seconds to wait for the server to react */
} OffhookEmuFaults;

typedef struct {
	gboolean heard;
	gboolean hangup;
	gboolean reject;
	gboolean transfer;
	gchar *transfer_number; /* NULL: any */
	gint silence_within;    /* ms, -1: not asked */
	gint close_code;        /* -1: not asked, 0: any */
	gint status;            /* 0: not asked */
	gint refused;           /* HTTP status of the upgrade; -1: not asked, 0: any */
} OffhookEmuExpect;

/* The provider's own part: who the account is, how it signs, what else can be wrong. */
typedef struct _OffhookEmuAccount OffhookEmuAccount;

typedef struct {
	gchar *to;
	gchar *public_url;
	gchar *from;
	gchar *to_number;
	gboolean insecure;

	OffhookEmuScript *script;
	gchar *voice;
	gdouble gain;
	gchar *dtmf_mode; /* event, tone, both */
	guint turn_gap_ms;
	gdouble answer_timeout; /* seconds, as the ones below */
	gdouble greeting_timeout;
	gdouble answer_limit;
	gdouble max_duration;
	guint frame_ms;

	gchar *heard_path;
	gchar *record_path;
	gchar *log_path;
	gboolean quiet;

	guint calls;
	guint ramp_ms;

	/* The REST interface. */
	gint serve; /* port, 0: any, -1: not served */
	gchar *requests_path;
	guint ring_ms;

	OffhookEmuFaults faults;
	OffhookEmuExpect expect;

	OffhookEmuAccount *account;
	gboolean wrongs; /* by the account's options the server is wronged, too */
} OffhookEmuOptions;

OffhookEmuOptions *offhook_emu_options_parse(int argc, char **argv, GError **error);
void offhook_emu_options_free(OffhookEmuOptions *self);
/* Does anything happen to the server that may end a call early? */
gboolean offhook_emu_options_any_fault(const OffhookEmuOptions *self);

/* For what a carrier adds. */
gboolean offhook_emu_options_refuse(GError **error, const gchar *format, ...) G_GNUC_PRINTF(2, 3);
/* Where nothing was given: the environment @variable (NULL: none), then @fallback. */
void offhook_emu_options_default(gchar **option, const gchar *variable, const gchar *fallback);
gboolean offhook_emu_options_check_range(const gchar *name, gdouble value, gdouble least,
					 gdouble most, GError **error);

#define OFFHOOK_EMU_FLAG(name, target, help)                                                       \
	{                                                                                          \
		name, 0, 0, G_OPTION_ARG_NONE, &(target), help, NULL                               \
	}
#define OFFHOOK_EMU_TEXT(name, target, help, value)                                                \
	{                                                                                          \
		name, 0, 0, G_OPTION_ARG_STRING, &(target), help, value                            \
	}
#define OFFHOOK_EMU_INT(name, target, help, value)                                                 \
	{                                                                                          \
		name, 0, 0, G_OPTION_ARG_INT, &(target), help, value                               \
	}
#define OFFHOOK_EMU_REAL(name, target, help, value)                                                \
	{                                                                                          \
		name, 0, 0, G_OPTION_ARG_DOUBLE, &(target), help, value                            \
	}
#define OFFHOOK_EMU_CALLBACK(name, flags, func, help, value)                                       \
	{                                                                                          \
		name, 0, flags, G_OPTION_ARG_CALLBACK, (gpointer)(func), help, value               \
	}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuOptions, offhook_emu_options_free)
