/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script.h"

#include <glib.h>

typedef struct {
	guint jitter_ms;
	guint late_marks_ms;
	gboolean no_marks;
	gboolean empty_audio;
	gboolean fragmented;
	gboolean no_start;
	gboolean no_parameters;
	gboolean lost_stop;
	gdouble half_open_after; /* seconds, < 0: never */
	gboolean bad_json;
	gboolean wrong_stream_id;
	gboolean binary;
	gboolean duplicate_start;
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

typedef struct {
	gchar *to;
	gchar *public_url;
	gchar *auth_token;
	gchar *account_sid;
	gchar *call_sid; /* NULL: one made up per call */
	gchar *from;
	gchar *to_number;
	gchar **fields; /* NAME=VALUE added to every webhook */
	gchar *status_callback;
	gboolean bad_signature;
	gboolean no_signature;
	gboolean bad_stream_signature;
	gboolean no_stream_signature;
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
} OffhookEmuOptions;

OffhookEmuOptions *offhook_emu_options_parse(int argc, char **argv, GError **error);
void offhook_emu_options_free(OffhookEmuOptions *self);
gboolean offhook_emu_faults_any(const OffhookEmuFaults *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuOptions, offhook_emu_options_free)
