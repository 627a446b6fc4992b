/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The daemon's side of a driver, for tests. Keeps the promises of <offhook/call-host.h> and nothing
 * more. Main thread.
 */

#include "fake-call-host.h"

struct _OffhookFakeCallHost {
	GObject parent_instance;

	char *public_url;
	GPtrArray *calls; /* of OffhookFakeCall */
	OffhookError refusal;
	GString *messages;
	char *recording;     /* (nullable) */
	char *language;      /* (nullable): of the assistant that has all calls */
	GHashTable *options; /* (nullable): that it has for the driver */
};

static void offhook_fake_call_host_iface_init(OffhookCallHostInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(OffhookFakeCallHost, offhook_fake_call_host, G_TYPE_OBJECT,
			      G_IMPLEMENT_INTERFACE(OFFHOOK_TYPE_CALL_HOST,
						    offhook_fake_call_host_iface_init))

static void
offhook_fake_call_free(gpointer data)
{
	OffhookFakeCall *call = data;

	g_free(call->call_id);
	g_free(call->provider_call_id);
	g_free(call->from);
	g_free(call->to);
	g_clear_object(&call->port);
	g_string_free(call->history, TRUE);
	g_string_free(call->answered_by, TRUE);
	g_string_free(call->transfers, TRUE);
	g_string_free(call->recordings, TRUE);
	g_free(call);
}

static OffhookFakeCall *
offhook_fake_call_host_create(OffhookFakeCallHost *self)
{
	OffhookFakeCall *call = g_new0(OffhookFakeCall, 1);

	call->call_id = g_uuid_string_random();
	call->history = g_string_new(NULL);
	call->answered_by = g_string_new(NULL);
	call->transfers = g_string_new(NULL);
	call->recordings = g_string_new(NULL);
	call->sequence = -1;
	g_ptr_array_add(self->calls, call);
	return call;
}

static OffhookFakeCall *
offhook_fake_call_host_find_live(OffhookFakeCallHost *self, const char *provider_call_id)
{
	for (guint i = 0; i < self->calls->len; i++) {
		OffhookFakeCall *call = g_ptr_array_index(self->calls, i);

		if (g_strcmp0(call->provider_call_id, provider_call_id) == 0 &&
		    call->state != OFFHOOK_CALL_ENDED)
			return call;
	}
	return NULL;
}

static char *
offhook_fake_call_host_offer_call(OffhookCallHost *host, OffhookDriver *driver,
				  const OffhookCallOffer *offer, GError **error)
{
	OffhookFakeCallHost *self = OFFHOOK_FAKE_CALL_HOST(host);
	OffhookFakeCall *call = offhook_fake_call_host_find_live(self, offer->provider_call_id);

	if (call != NULL)
		return g_strdup(call->call_id);
	if (self->refusal != OFFHOOK_ERROR_LAST) {
		g_set_error(error, OFFHOOK_ERROR, self->refusal, "no calls are taken now");
		return NULL;
	}
	call = offhook_fake_call_host_create(self);
	call->provider_call_id = g_strdup(offer->provider_call_id);
	call->from = g_strdup(offer->from);
	call->to = g_strdup(offer->to);
	call->answered = offer->answered;
	return g_strdup(call->call_id);
}

static char *
offhook_fake_call_host_find_call(OffhookCallHost *host, OffhookDriver *driver,
				 const char *provider_call_id)
{
	OffhookFakeCall *call =
	    offhook_fake_call_host_find_live(OFFHOOK_FAKE_CALL_HOST(host), provider_call_id);

	return call != NULL ? g_strdup(call->call_id) : NULL;
}

static void
offhook_fake_call_host_update_call(OffhookCallHost *host, const char *call_id,
				   OffhookCallState state, OffhookEndReason reason)
{
	OffhookFakeCall *call = offhook_fake_call_host_get(OFFHOOK_FAKE_CALL_HOST(host), call_id);

	if (call == NULL || call->state >= state)
		return;
	g_assert_cmpint(reason == OFFHOOK_END_NONE, ==, state != OFFHOOK_CALL_ENDED);
	call->state = state;
	call->reason = reason;
	g_string_append_printf(call->history, "%s ", offhook_call_state_to_string(state));
}

static gboolean
offhook_fake_call_host_attach_media(OffhookCallHost *host, const char *call_id,
				    OffhookMediaPort *port, GError **error)
{
	OffhookFakeCall *call = offhook_fake_call_host_get(OFFHOOK_FAKE_CALL_HOST(host), call_id);

	if (call == NULL || call->state == OFFHOOK_CALL_ENDED || call->port != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "no call %s that wants media", call_id);
		return FALSE;
	}
	call->port = g_object_ref(port);
	offhook_fake_call_host_update_call(host, call_id, OFFHOOK_CALL_ACTIVE, OFFHOOK_END_NONE);
	return TRUE;
}

static char *
offhook_fake_call_host_dup_public_url(OffhookCallHost *host)
{
	return g_strdup(OFFHOOK_FAKE_CALL_HOST(host)->public_url);
}

static void
offhook_fake_call_host_name_call(OffhookCallHost *host, OffhookDriver *driver, const char *call_id,
				 const char *provider_call_id)
{
	OffhookFakeCall *call = offhook_fake_call_host_get(OFFHOOK_FAKE_CALL_HOST(host), call_id);

	if (call != NULL && call->provider_call_id == NULL)
		call->provider_call_id = g_strdup(provider_call_id);
}

static void
offhook_fake_call_host_report_state(OffhookCallHost *host, const char *call_id,
				    OffhookCallState state, OffhookEndReason reason,
				    gint64 sequence)
{
	OffhookFakeCall *call = offhook_fake_call_host_get(OFFHOOK_FAKE_CALL_HOST(host), call_id);

	if (call == NULL || (sequence >= 0 && sequence <= call->sequence))
		return;
	call->sequence = MAX(call->sequence, sequence);
	offhook_fake_call_host_update_call(host, call_id, state, reason);
}

static void
offhook_fake_call_host_report_answered_by(OffhookCallHost *host, const char *call_id,
					  OffhookAnsweredBy by)
{
	OffhookFakeCall *call = offhook_fake_call_host_get(OFFHOOK_FAKE_CALL_HOST(host), call_id);

	if (call != NULL)
		g_string_append_printf(call->answered_by, "%s ", offhook_answered_by_to_string(by));
}

static gboolean
offhook_fake_call_host_settle_transfer(OffhookCallHost *host, const char *call_id,
				       const GError *failure)
{
	OffhookFakeCall *call = offhook_fake_call_host_get(OFFHOOK_FAKE_CALL_HOST(host), call_id);

	if (call == NULL || call->state == OFFHOOK_CALL_ENDED)
		return FALSE;
	g_string_append_printf(call->transfers, "%s ",
			       failure != NULL ? failure->message : "taken");
	if (failure == NULL)
		offhook_fake_call_host_update_call(host, call_id, OFFHOOK_CALL_ENDED,
						   OFFHOOK_END_TRANSFERRED);
	return failure != NULL;
}

static void
offhook_fake_call_host_report_recording(OffhookCallHost *host, OffhookDriver *driver,
					const OffhookRecordingReport *report)
{
	OffhookFakeCallHost *self = OFFHOOK_FAKE_CALL_HOST(host);
	OffhookFakeCall *call = offhook_fake_call_host_get(self, report->call_id);

	g_free(self->recording);
	self->recording = g_strdup(report->provider_recording_id);
	if (call != NULL)
		g_string_append_printf(call->recordings, "%s ",
				       offhook_recording_state_to_string(report->state));
}

static void
offhook_fake_call_host_receive_message(OffhookCallHost *host, OffhookDriver *driver,
				       const OffhookTextMessage *message)
{
	g_string_append_printf(OFFHOOK_FAKE_CALL_HOST(host)->messages, "received %s %s: %s\n",
			       message->from, message->to, message->text);
}

static void
offhook_fake_call_host_report_message(OffhookCallHost *host, OffhookDriver *driver,
				      const char *provider_message_id, OffhookMessageState state,
				      const char *error)
{
	GString *messages = OFFHOOK_FAKE_CALL_HOST(host)->messages;

	g_string_append_printf(messages, "%s %s", offhook_message_state_to_string(state),
			       provider_message_id);
	if (error != NULL)
		g_string_append_printf(messages, " (%s)", error);
	g_string_append_c(messages, '\n');
}

const char *
offhook_fake_call_host_get_messages(OffhookFakeCallHost *self)
{
	return self->messages->str;
}

const char *
offhook_fake_call_host_get_recording(OffhookFakeCallHost *self)
{
	return self->recording;
}

static gboolean
offhook_fake_call_host_get_options(OffhookCallHost *host, const char *call_id,
				   OffhookDriverOptions *options)
{
	OffhookFakeCallHost *self = OFFHOOK_FAKE_CALL_HOST(host);

	options->assistant = "fake";
	options->language = self->language != NULL ? self->language : "en-US";
	options->options = self->options;
	return offhook_fake_call_host_get(self, call_id) != NULL;
}

void
offhook_fake_call_host_set_options(OffhookFakeCallHost *self, const char *language,
				   GHashTable *options)
{
	g_free(self->language);
	self->language = g_strdup(language);
	g_clear_pointer(&self->options, g_hash_table_unref);
	if (options != NULL)
		self->options = g_hash_table_ref(options);
}

static void
offhook_fake_call_host_iface_init(OffhookCallHostInterface *iface)
{
	iface->get_options = offhook_fake_call_host_get_options;
	iface->name_call = offhook_fake_call_host_name_call;
	iface->report_state = offhook_fake_call_host_report_state;
	iface->settle_transfer = offhook_fake_call_host_settle_transfer;
	iface->report_answered_by = offhook_fake_call_host_report_answered_by;
	iface->report_recording = offhook_fake_call_host_report_recording;
	iface->receive_message = offhook_fake_call_host_receive_message;
	iface->report_message = offhook_fake_call_host_report_message;
	iface->offer_call = offhook_fake_call_host_offer_call;
	iface->find_call = offhook_fake_call_host_find_call;
	iface->update_call = offhook_fake_call_host_update_call;
	iface->attach_media = offhook_fake_call_host_attach_media;
	iface->dup_public_url = offhook_fake_call_host_dup_public_url;
}

OffhookFakeCallHost *
offhook_fake_call_host_new(const char *public_url)
{
	OffhookFakeCallHost *self = g_object_new(OFFHOOK_TYPE_FAKE_CALL_HOST, NULL);

	self->public_url = g_strdup(public_url);
	return self;
}

void
offhook_fake_call_host_refuse(OffhookFakeCallHost *self, OffhookError code)
{
	self->refusal = code;
}

const char *
offhook_fake_call_host_add_call(OffhookFakeCallHost *self)
{
	return offhook_fake_call_host_create(self)->call_id;
}

guint
offhook_fake_call_host_count(OffhookFakeCallHost *self)
{
	return self->calls->len;
}

OffhookFakeCall *
offhook_fake_call_host_get_nth(OffhookFakeCallHost *self, guint n)
{
	g_assert_cmpuint(n, <, self->calls->len);

	return g_ptr_array_index(self->calls, n);
}

OffhookFakeCall *
offhook_fake_call_host_get(OffhookFakeCallHost *self, const char *call_id)
{
	for (guint i = 0; i < self->calls->len; i++) {
		OffhookFakeCall *call = g_ptr_array_index(self->calls, i);

		if (g_strcmp0(call->call_id, call_id) == 0)
			return call;
	}
	return NULL;
}

static void
offhook_fake_call_host_finalize(GObject *object)
{
	OffhookFakeCallHost *self = OFFHOOK_FAKE_CALL_HOST(object);

	g_free(self->public_url);
	g_ptr_array_unref(self->calls);
	g_string_free(self->messages, TRUE);
	g_free(self->recording);
	g_free(self->language);
	g_clear_pointer(&self->options, g_hash_table_unref);

	G_OBJECT_CLASS(offhook_fake_call_host_parent_class)->finalize(object);
}

static void
offhook_fake_call_host_init(OffhookFakeCallHost *self)
{
	self->calls = g_ptr_array_new_with_free_func(offhook_fake_call_free);
	self->refusal = OFFHOOK_ERROR_LAST;
	self->messages = g_string_new(NULL);
}

static void
offhook_fake_call_host_class_init(OffhookFakeCallHostClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_fake_call_host_finalize;
}
