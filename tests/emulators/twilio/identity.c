/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Made-up ids in the carrier's form, and the fields that its webhooks carry. Pure functions. */

#include "identity.h"

#include <gio/gio.h>
#include <string.h>

/* Two letters and 32 hexadecimal digits. */
gchar *
offhook_emu_identity_new_sid(const gchar *prefix)
{
	return g_strdup_printf("%s%08x%08x%08x%08x", prefix, g_random_int(), g_random_int(),
			       g_random_int(), g_random_int());
}

static void
offhook_emu_identity_add_place(OffhookEmuForm *form, const gchar *party)
{
	static const gchar *const parts[][2] = {
	    {"City", ""}, {"State", ""}, {"Zip", ""}, {"Country", "US"}};

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree gchar *name = g_strconcat(party, parts[i][0], NULL);

		offhook_emu_form_add(form, name, parts[i][1]);
	}
}

/* The fields of every voice webhook, then those the user added with --field. */
OffhookEmuForm *
offhook_emu_identity_new_form(const OffhookEmuOptions *options, const OffhookEmuParties *parties,
			      const gchar *call_status)
{
	OffhookEmuForm *form = offhook_emu_form_new();

	offhook_emu_form_add(form, "AccountSid", options->account->sid);
	offhook_emu_form_add(form, "ApiVersion", "2010-04-01");
	offhook_emu_form_add(form, "CallSid", parties->call_sid);
	offhook_emu_form_add(form, "CallStatus", call_status);
	offhook_emu_form_add(form, "Direction", parties->direction);
	offhook_emu_form_add(form, "From", parties->from);
	offhook_emu_form_add(form, "To", parties->to);
	offhook_emu_form_add(form, "Caller", parties->from);
	offhook_emu_form_add(form, "Called", parties->to);
	offhook_emu_identity_add_place(form, "From");
	offhook_emu_identity_add_place(form, "To");
	offhook_emu_identity_add_place(form, "Caller");
	offhook_emu_identity_add_place(form, "Called");
	if (parties->answered_by != NULL)
		offhook_emu_form_add(form, "AnsweredBy", parties->answered_by);
	for (gchar **field = options->account->fields; field != NULL && *field != NULL; field++) {
		const gchar *equals = strchr(*field, '=');
		g_autofree gchar *name = g_strndup(*field, (gsize)(equals - *field));

		offhook_emu_form_add(form, name, equals + 1);
	}
	return form;
}

/* @error is NULL except for stream-error. */
void
offhook_emu_identity_add_stream_event(OffhookEmuForm *form, const gchar *stream_sid,
				      const gchar *name, const gchar *event, const gchar *error)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree gchar *timestamp = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");

	offhook_emu_form_add(form, "StreamSid", stream_sid);
	offhook_emu_form_add(form, "StreamName", name != NULL ? name : stream_sid);
	offhook_emu_form_add(form, "StreamEvent", event);
	if (error != NULL)
		offhook_emu_form_add(form, "StreamError", error);
	offhook_emu_form_add(form, "Timestamp", timestamp);
}

/* Of status callbacks. */
void
offhook_emu_identity_add_progress(OffhookEmuForm *form, guint sequence)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree gchar *timestamp = g_date_time_format(now, "%a, %d %b %Y %H:%M:%S +0000");
	g_autofree gchar *number = g_strdup_printf("%u", sequence);

	offhook_emu_form_add(form, "Timestamp", timestamp);
	offhook_emu_form_add(form, "CallbackSource", "call-progress-events");
	offhook_emu_form_add(form, "SequenceNumber", number);
}

void
offhook_emu_identity_add_completed(OffhookEmuForm *form, gint64 duration_ms)
{
	g_autofree gchar *seconds =
	    g_strdup_printf("%" G_GINT64_FORMAT, (duration_ms + 999) / 1000);
	g_autofree gchar *minutes =
	    g_strdup_printf("%" G_GINT64_FORMAT, (duration_ms + 59999) / 60000);

	offhook_emu_form_add(form, "CallDuration", seconds);
	offhook_emu_form_add(form, "Duration", minutes);
	offhook_emu_form_add(form, "SipResponseCode", "200");
}
