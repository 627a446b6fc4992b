/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One call: rings, is answered or not, has audio, ends. Each step is a timer of the main loop, so
 * that nothing is reported from inside a request. Main thread.
 */

#include "loopback-call.h"

#include "tones.h"

#include <offhook/error.h>
#include <string.h>

struct _OffhookLoopbackCall {
	OffhookDriver *driver; /* not owned: it owns us */
	OffhookLoopbackConfig *config;
	char *call_id;
	OffhookLoopbackFate fate;
	guint ring_ms;
	OffhookLoopbackOverFunc over;

	guint step_id;
	OffhookLoopbackPort *port; /* (nullable): not answered yet */
	OffhookEndReason reason;   /* what the end will be */
	OffhookMachineDetection detection;
};

static const struct {
	const char *suffix;
	OffhookLoopbackFate fate;
} offhook_loopback_numbers[] = {
    {"99901", OFFHOOK_LOOPBACK_BUSY},    {"99902", OFFHOOK_LOOPBACK_NO_ANSWER},
    {"99903", OFFHOOK_LOOPBACK_FAILS},   {"99904", OFFHOOK_LOOPBACK_REJECTS},
    {"99905", OFFHOOK_LOOPBACK_MACHINE},
};

static const OffhookEndReason offhook_loopback_reasons[] = {
    [OFFHOOK_LOOPBACK_ANSWERS] = OFFHOOK_END_COMPLETED,
    [OFFHOOK_LOOPBACK_BUSY] = OFFHOOK_END_BUSY,
    [OFFHOOK_LOOPBACK_NO_ANSWER] = OFFHOOK_END_NO_ANSWER,
    [OFFHOOK_LOOPBACK_FAILS] = OFFHOOK_END_FAILED,
    [OFFHOOK_LOOPBACK_REJECTS] = OFFHOOK_END_REJECTED,
    [OFFHOOK_LOOPBACK_MACHINE] = OFFHOOK_END_COMPLETED,
};

OffhookLoopbackFate
offhook_loopback_fate_from_number(const char *number)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_loopback_numbers); i++)
		if (g_str_has_suffix(number, offhook_loopback_numbers[i].suffix))
			return offhook_loopback_numbers[i].fate;
	return OFFHOOK_LOOPBACK_ANSWERS;
}

/* ---- steps ---- */

static void
offhook_loopback_call_step(OffhookLoopbackCall *self, guint ms, GSourceFunc func)
{
	g_clear_handle_id(&self->step_id, g_source_remove);
	self->step_id = g_timeout_add_full(G_PRIORITY_DEFAULT, ms, func, self, NULL);
}

static gboolean
offhook_loopback_call_over_cb(gpointer user_data)
{
	OffhookLoopbackCall *self = user_data;

	self->step_id = 0;
	self->over(self->driver, self->call_id);
	return G_SOURCE_REMOVE;
}

/* The audio's end finds its way back by name: the call may be gone, or the driver. */
typedef struct {
	GWeakRef driver;
	char *call_id;
	OffhookLoopbackOverFunc over;
} OffhookLoopbackEnd;

static OffhookLoopbackEnd *
offhook_loopback_end_new(OffhookLoopbackCall *call)
{
	OffhookLoopbackEnd *end = g_new0(OffhookLoopbackEnd, 1);

	g_weak_ref_init(&end->driver, call->driver);
	end->call_id = g_strdup(call->call_id);
	end->over = call->over;
	return end;
}

static void
offhook_loopback_end_free(gpointer data)
{
	OffhookLoopbackEnd *end = data;

	g_weak_ref_clear(&end->driver);
	g_free(end->call_id);
	g_free(end);
}

static void
offhook_loopback_end_run(gpointer data)
{
	OffhookLoopbackEnd *end = data;
	g_autoptr(OffhookDriver) driver = g_weak_ref_get(&end->driver);

	if (driver != NULL)
		end->over(driver, end->call_id);
}

static void
offhook_loopback_call_report_answered_by(OffhookLoopbackCall *self)
{
	OffhookCallHost *host = offhook_driver_get_host(self->driver);
	gboolean machine = self->fate == OFFHOOK_LOOPBACK_MACHINE;

	if (self->detection != OFFHOOK_DETECT_NOTHING)
		offhook_call_host_report_answered_by(host, self->call_id,
						     machine ? OFFHOOK_ANSWERED_BY_MACHINE
							     : OFFHOOK_ANSWERED_BY_HUMAN);
	if (machine && self->detection == OFFHOOK_DETECT_BEEP)
		offhook_call_host_report_answered_by(host, self->call_id,
						     OFFHOOK_ANSWERED_BY_MACHINE_BEEP);
}

static gboolean
offhook_loopback_call_answer_cb(gpointer user_data)
{
	OffhookLoopbackCall *self = user_data;
	OffhookLoopbackHeardFile *heard = NULL;
	const OffhookLoopbackConfig *config = self->config;
	g_autoptr(GError) error = NULL;

	self->step_id = 0;
	if (config->heard_dir != NULL) {
		g_autofree char *name = g_strconcat(self->call_id, ".wav", NULL);
		g_autofree char *path = g_build_filename(config->heard_dir, name, NULL);

		heard =
		    offhook_loopback_heard_file_new(path, config->manners.format.rate, NULL, NULL);
	}
	self->port = offhook_loopback_port_new(self->call_id, &config->manners, heard);
	offhook_loopback_port_set_ended(self->port, offhook_loopback_end_run,
					offhook_loopback_end_new(self), offhook_loopback_end_free);
	if (!offhook_call_host_attach_media(offhook_driver_get_host(self->driver), self->call_id,
					    OFFHOOK_MEDIA_PORT(self->port), &error)) {
		g_message("call %s: no audio: %s", self->call_id, error->message);
		self->reason = OFFHOOK_END_FAILED;
		offhook_loopback_call_step(self, 0, offhook_loopback_call_over_cb);
		return G_SOURCE_REMOVE;
	}
	offhook_loopback_call_report_answered_by(self);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_loopback_call_ring_cb(gpointer user_data)
{
	OffhookLoopbackCall *self = user_data;
	guint delay = self->config->answer_delay_ms;
	gboolean answered = self->fate != OFFHOOK_LOOPBACK_NO_ANSWER && delay <= self->ring_ms;

	self->step_id = 0;
	if (self->fate == OFFHOOK_LOOPBACK_FAILS)
		return offhook_loopback_call_over_cb(self);
	offhook_call_host_update_call(offhook_driver_get_host(self->driver), self->call_id,
				      OFFHOOK_CALL_RINGING, OFFHOOK_END_NONE);
	if (!answered)
		self->reason = OFFHOOK_END_NO_ANSWER;
	offhook_loopback_call_step(self, answered ? delay : self->ring_ms,
				   answered && (self->fate == OFFHOOK_LOOPBACK_ANSWERS ||
						self->fate == OFFHOOK_LOOPBACK_MACHINE)
				       ? offhook_loopback_call_answer_cb
				       : offhook_loopback_call_over_cb);
	return G_SOURCE_REMOVE;
}

/* ---- the call ---- */

OffhookLoopbackCall *
offhook_loopback_call_new(OffhookDriver *driver, OffhookLoopbackConfig *config, const char *call_id,
			  OffhookLoopbackFate fate, guint ring_ms, OffhookLoopbackOverFunc over)
{
	OffhookLoopbackCall *self = g_new0(OffhookLoopbackCall, 1);

	self->driver = driver;
	self->config = offhook_loopback_config_ref(config);
	self->call_id = g_strdup(call_id);
	self->fate = fate;
	self->ring_ms = ring_ms;
	self->over = over;
	self->reason = offhook_loopback_reasons[fate];
	offhook_loopback_call_step(self, 0, offhook_loopback_call_ring_cb);
	return self;
}

void
offhook_loopback_call_set_detection(OffhookLoopbackCall *self, OffhookMachineDetection detection)
{
	self->detection = detection;
}

void
offhook_loopback_call_free(OffhookLoopbackCall *self)
{
	if (self == NULL)
		return;
	g_clear_handle_id(&self->step_id, g_source_remove);
	g_clear_object(&self->port);
	offhook_loopback_config_unref(self->config);
	g_free(self->call_id);
	g_free(self);
}

OffhookEndReason
offhook_loopback_call_get_reason(OffhookLoopbackCall *self)
{
	return self->reason;
}

void
offhook_loopback_call_end(OffhookLoopbackCall *self, OffhookEndReason reason)
{
	self->reason = reason;
	if (self->port == NULL)
		offhook_loopback_call_step(self, 0, offhook_loopback_call_over_cb);
}

gboolean
offhook_loopback_call_is_answered(OffhookLoopbackCall *self)
{
	return self->port != NULL;
}

gboolean
offhook_loopback_call_send_dtmf(OffhookLoopbackCall *self, const char *digits, GError **error)
{
	const OffhookAudioFormat *format = &self->config->manners.format;
	g_autoptr(GBytes) samples = NULL;
	g_autoptr(GBytes) audio = NULL;

	if (!offhook_loopback_digits_are_valid(digits)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "digits: expected 1 to %d of 0-9, *, #, A-D, w and W",
			    OFFHOOK_LOOPBACK_MAX_DIGITS);
		return FALSE;
	}
	if (self->port == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s has not been answered", self->call_id);
		return FALSE;
	}
	samples = offhook_loopback_tones_new(digits, format->rate);
	audio = offhook_loopback_encode(format, samples);
	offhook_loopback_port_inject(self->port, audio);
	return TRUE;
}
