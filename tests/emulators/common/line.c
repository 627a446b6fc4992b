/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The line between caller and carrier. One source with absolute deadlines drives both directions:
 * every 20 ms a frame leaves the play buffer for the caller's ear, every frame length the caller's
 * sound of that time goes to the stream. A late wake-up catches up, so the clock never drifts. Main
 * loop only. */

#include "line.h"

#include "carrier.h"
#include "playout.h"
#include "wav.h"

#include <string.h>

typedef struct {
	GSource base;
	OffhookEmuLine *line;
} OffhookEmuLineClock;

/* So late a frame may be played without another look. */
#define OFFHOOK_EMU_LINE_LATE_US 40000

struct _OffhookEmuLine {
	const OffhookEmuOptions *options;
	OffhookEmuJournal *journal;
	const OffhookEmuLineEvents *events;
	gpointer user_data;

	guint rate; /* samples per second, 0: no stream yet */
	GSource *clock;
	gint64 origin_us;
	gboolean looked; /* at what came while nothing was played */
	gint64 frames_played;
	gint64 frames_sent;
	gint64 buffer_end_ms; /* when the play buffer last gave audio */
	gint64 greeting_ms;

	OffhookEmuPlayout *playout; /* NULL: no stream yet */
	OffhookEmuEar ear;
	OffhookEmuCaller *caller;
	OffhookEmuStream *stream; /* borrowed; NULL between streams */
	gint64 stream_origin_ms;
	gboolean overflowed;
	gboolean mute, deaf;
	gint16 *sound; /* one frame of the caller's */
	gint16 *frame; /* and one that is played to it */

	OffhookEmuPcm *heard; /* NULL when not recorded */
	OffhookEmuPcm *said;
};

static gint64
offhook_emu_line_us(OffhookEmuLine *self, gint64 ms)
{
	return self->origin_us + ms * 1000;
}

gint64
offhook_emu_line_get_now_ms(OffhookEmuLine *self)
{
	return self->clock == NULL && self->frames_played == 0
		   ? 0
		   : (g_get_monotonic_time() - self->origin_us) / 1000;
}

static gint64
offhook_emu_line_to_ms(const OffhookEmuLine *self, guint64 samples)
{
	return (gint64)(samples * 1000 / self->rate);
}

gint64
offhook_emu_line_get_played_ms(OffhookEmuLine *self)
{
	if (self->playout == NULL)
		return 0;
	return offhook_emu_line_to_ms(self, offhook_emu_playout_get_played(self->playout));
}

/* When the agent was first heard before the caller said anything, -1: it was not. */
gint64
offhook_emu_line_get_greeting_ms(OffhookEmuLine *self)
{
	return self->greeting_ms;
}

OffhookEmuCaller *
offhook_emu_line_get_caller(OffhookEmuLine *self)
{
	return self->caller;
}

static void
offhook_emu_line_turn_started_cb(const OffhookEmuTurn *turn, gpointer user_data)
{
	OffhookEmuLine *self = user_data;
	JsonObject *fields = json_object_new();
	const gchar *verb = turn->keys ? "presses" : "says";

	if (self->stream != NULL && !turn->keys)
		offhook_emu_stream_tell_speech(self->stream, turn->text, FALSE);
	json_object_set_string_member(fields, "text", turn->text);
	json_object_set_boolean_member(fields, "keys", turn->keys);
	json_object_set_boolean_member(fields, "barge_in", turn->kind == OFFHOOK_EMU_STEP_BARGE_IN);
	json_object_set_boolean_member(fields, "agent_speaking", self->ear.speaking);
	offhook_emu_journal_add(self->journal, offhook_emu_line_us(self, turn->start_ms),
				"caller-start", fields, "caller  %s \"%s\"%s", verb, turn->text,
				self->ear.speaking ? ", over the agent" : "");
}

static void
offhook_emu_line_turn_ended_cb(const OffhookEmuTurn *turn, gpointer user_data)
{
	OffhookEmuLine *self = user_data;
	JsonObject *fields = json_object_new();

	if (self->stream != NULL && !turn->keys)
		offhook_emu_stream_tell_speech(self->stream, turn->text, TRUE);
	json_object_set_int_member(fields, "length_ms", turn->end_ms - turn->start_ms);
	offhook_emu_journal_add(self->journal, offhook_emu_line_us(self, turn->end_ms),
				"caller-end", fields, "caller  is done (%" G_GINT64_FORMAT " ms)",
				turn->end_ms - turn->start_ms);
}

static void
offhook_emu_line_press_cb(gchar digit, gpointer user_data)
{
	OffhookEmuLine *self = user_data;
	JsonObject *fields = json_object_new();
	const gchar text[] = {digit, '\0'};

	if (self->stream != NULL)
		offhook_emu_stream_send_key(self->stream, digit);
	json_object_set_string_member(fields, "digit", text);
	offhook_emu_journal_add(self->journal, g_get_monotonic_time(), "dtmf-sent", fields, NULL);
}

static void
offhook_emu_line_note_cb(const gchar *text, gint64 at_ms, gpointer user_data)
{
	OffhookEmuLine *self = user_data;
	JsonObject *fields = json_object_new();

	json_object_set_string_member(fields, "text", text);
	offhook_emu_journal_add(self->journal, offhook_emu_line_us(self, at_ms), "note", fields,
				"note    %s", text);
}

static void
offhook_emu_line_hang_up_cb(gpointer user_data)
{
	OffhookEmuLine *self = user_data;

	self->events->hang_up(self->user_data);
}

static const OffhookEmuCallerEvents offhook_emu_line_caller_events = {
    .turn_started = offhook_emu_line_turn_started_cb,
    .turn_ended = offhook_emu_line_turn_ended_cb,
    .press = offhook_emu_line_press_cb,
    .note = offhook_emu_line_note_cb,
    .hang_up = offhook_emu_line_hang_up_cb,
};

OffhookEmuLine *
offhook_emu_line_new(const OffhookEmuOptions *options, OffhookEmuJournal *journal,
		     const OffhookEmuLineEvents *events, gpointer user_data)
{
	OffhookEmuLine *self = g_new0(OffhookEmuLine, 1);

	self->options = options;
	self->journal = journal;
	self->events = events;
	self->user_data = user_data;
	self->frames_sent = 1; /* the first frame is complete one frame length after the start */
	self->buffer_end_ms = -1;
	self->greeting_ms = -1;
	offhook_emu_ear_init(&self->ear);
	self->caller =
	    offhook_emu_caller_new(options, &self->ear, &offhook_emu_line_caller_events, self);
	return self;
}

/* The first stream says at which rate the line runs. */
static void
offhook_emu_line_set_rate(OffhookEmuLine *self, guint rate)
{
	const OffhookEmuOptions *options = self->options;

	self->rate = rate;
	self->playout = offhook_emu_playout_new(rate, offhook_emu_carrier.buffer_ms);
	self->sound = g_new0(gint16, options->frame_ms * rate / 1000);
	self->frame = g_new0(gint16, OFFHOOK_EMU_PLAYOUT_MS * rate / 1000);
	if (options->heard_path != NULL || options->record_path != NULL) {
		self->heard = offhook_emu_pcm_new(rate);
		self->said = offhook_emu_pcm_new(rate);
	}
}

static void
offhook_emu_line_stop_clock(OffhookEmuLine *self)
{
	if (self->clock == NULL)
		return;
	g_source_destroy(self->clock);
	g_clear_pointer(&self->clock, g_source_unref);
}

void
offhook_emu_line_free(OffhookEmuLine *self)
{
	offhook_emu_line_stop_clock(self);
	g_clear_pointer(&self->playout, offhook_emu_playout_free);
	offhook_emu_caller_free(self->caller);
	g_clear_pointer(&self->heard, offhook_emu_pcm_free);
	g_clear_pointer(&self->said, offhook_emu_pcm_free);
	g_free(self->sound);
	g_free(self->frame);
	g_free(self);
}

/* The echo itself may be held back by a fault; the stream says when it really leaves. */
static void
offhook_emu_line_echo(OffhookEmuLine *self, GPtrArray *names)
{
	for (guint i = 0; i < names->len && self->stream != NULL; i++)
		offhook_emu_stream_send_mark(self->stream, g_ptr_array_index(names, i));
}

static void
offhook_emu_line_report_ear(OffhookEmuLine *self, OffhookEmuEarEvent event)
{
	GPtrArray *turns = offhook_emu_caller_get_turns(self->caller);
	const OffhookEmuTurn *turn =
	    turns->len > 0 ? g_ptr_array_index(turns, turns->len - 1) : NULL;
	JsonObject *fields;
	gint64 length_ms = self->ear.run_end_ms - self->ear.run_start_ms;

	if (event == OFFHOOK_EMU_EAR_NOTHING)
		return;
	fields = json_object_new();
	json_object_set_int_member(fields, "played_ms", offhook_emu_line_get_played_ms(self));
	if (event == OFFHOOK_EMU_EAR_STARTED) {
		if (turn == NULL && self->greeting_ms < 0)
			self->greeting_ms = self->ear.run_start_ms;
		if (turn != NULL)
			json_object_set_int_member(fields, "after_caller_ms",
						   self->ear.run_start_ms - turn->end_ms);
		offhook_emu_journal_add(self->journal,
					offhook_emu_line_us(self, self->ear.run_start_ms),
					"agent-start", fields, "agent   is heard");
		return;
	}
	json_object_set_int_member(fields, "length_ms", length_ms);
	offhook_emu_journal_add(self->journal, offhook_emu_line_us(self, self->ear.run_end_ms),
				"agent-stop", fields,
				"agent   is silent (spoke %" G_GINT64_FORMAT " ms)", length_ms);
}

static void
offhook_emu_line_play(OffhookEmuLine *self)
{
	g_autoptr(GPtrArray) due = g_ptr_array_new_with_free_func(g_free);
	gint64 start_ms = self->frames_played * OFFHOOK_EMU_PLAYOUT_MS;
	gsize size = OFFHOOK_EMU_PLAYOUT_MS * self->rate / 1000;
	gsize length = offhook_emu_playout_step(self->playout, self->frame, due);
	OffhookEmuEarEvent event;

	if (self->deaf)
		memset(self->frame, 0, size * sizeof *self->frame);
	self->frames_played++;
	if (length > 0)
		self->buffer_end_ms = start_ms + OFFHOOK_EMU_PLAYOUT_MS;
	if (self->heard != NULL)
		g_array_append_vals(self->heard->samples, self->frame, (guint)size);
	offhook_emu_line_echo(self, due);
	event = offhook_emu_ear_feed(&self->ear, start_ms, self->frame, size, self->rate);
	offhook_emu_line_report_ear(self, event);
	offhook_emu_caller_hear(self->caller, event, self->buffer_end_ms);
}

static void
offhook_emu_line_capture(OffhookEmuLine *self)
{
	guint frame_ms = self->options->frame_ms;
	gsize length = frame_ms * self->rate / 1000;
	gint64 start_ms = (self->frames_sent - 1) * frame_ms;
	gboolean sound =
	    offhook_emu_caller_fill(self->caller, start_ms, self->sound, length, self->rate);

	if (self->mute)
		memset(self->sound, 0, length * sizeof *self->sound);
	self->frames_sent++;
	if (self->said != NULL)
		g_array_append_vals(self->said->samples, self->sound, (guint)length);
	if (self->stream != NULL && start_ms >= self->stream_origin_ms &&
	    (sound || !self->options->faults.empty_audio))
		offhook_emu_stream_send_audio(self->stream, start_ms - self->stream_origin_ms,
					      self->sound, length);
}

/* The process was held up: what came meanwhile is taken first, as if it had not been. */
static gboolean
offhook_emu_line_is_late(OffhookEmuLine *self, gint64 now_us)
{
	return offhook_emu_line_us(self, self->frames_played * OFFHOOK_EMU_PLAYOUT_MS) +
		   OFFHOOK_EMU_LINE_LATE_US <
	       now_us;
}

static gboolean
offhook_emu_line_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
	OffhookEmuLine *self = ((OffhookEmuLineClock *)source)->line;
	gint64 now_us = g_get_monotonic_time();

	if (!self->looked && offhook_emu_line_is_late(self, now_us)) {
		self->looked = TRUE;
		g_source_set_priority(source, G_PRIORITY_LOW);
		return G_SOURCE_CONTINUE;
	}
	self->looked = FALSE;
	g_source_set_priority(source, G_PRIORITY_HIGH);
	while (self->clock != NULL) {
		gint64 play_us =
		    offhook_emu_line_us(self, self->frames_played * OFFHOOK_EMU_PLAYOUT_MS);
		gint64 capture_us =
		    offhook_emu_line_us(self, self->frames_sent * self->options->frame_ms);

		if (MIN(play_us, capture_us) > now_us) {
			g_source_set_ready_time(source, MIN(play_us, capture_us));
			break;
		}
		if (play_us <= capture_us)
			offhook_emu_line_play(self);
		else
			offhook_emu_line_capture(self);
	}
	return self->clock != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
offhook_emu_line_start_clock(OffhookEmuLine *self)
{
	static GSourceFuncs functions = {.dispatch = offhook_emu_line_dispatch};

	self->origin_us = g_get_monotonic_time();
	offhook_emu_journal_set_origin(self->journal, self->origin_us);
	self->clock = g_source_new(&functions, sizeof(OffhookEmuLineClock));
	((OffhookEmuLineClock *)self->clock)->line = self;
	g_source_set_priority(self->clock, G_PRIORITY_HIGH);
	g_source_set_ready_time(self->clock, self->origin_us);
	g_source_attach(self->clock, g_main_context_get_thread_default());
}

/* The stream has sent its start. The first one starts the line's clock, which then runs to the end
 * of the call. */
gboolean
offhook_emu_line_attach(OffhookEmuLine *self, OffhookEmuStream *stream, guint rate)
{
	if (self->rate == 0)
		offhook_emu_line_set_rate(self, rate);
	if (self->rate != rate)
		return FALSE;
	self->stream = stream;
	self->stream_origin_ms = 0;
	if (self->clock == NULL)
		offhook_emu_line_start_clock(self);
	else
		self->stream_origin_ms = offhook_emu_line_get_now_ms(self);
	offhook_emu_caller_restart_wait(self->caller, self->stream_origin_ms);
	return TRUE;
}

/* The stream is over; what it had buffered is never heard. */
void
offhook_emu_line_detach(OffhookEmuLine *self)
{
	g_autoptr(GPtrArray) unanswered = g_ptr_array_new_with_free_func(g_free);
	gsize dropped;

	if (self->stream == NULL)
		return;
	self->stream = NULL;
	dropped = offhook_emu_playout_clear(self->playout, unanswered);
	if (dropped > 0) {
		JsonObject *fields = json_object_new();

		json_object_set_int_member(fields, "dropped_ms",
					   offhook_emu_line_to_ms(self, dropped));
		offhook_emu_journal_add(
		    self->journal, g_get_monotonic_time(), "buffer-lost", fields,
		    "note    %" G_GINT64_FORMAT " ms of audio were still to be played",
		    offhook_emu_line_to_ms(self, dropped));
	}
}

void
offhook_emu_line_set_mute(OffhookEmuLine *self, gboolean mute)
{
	self->mute = mute;
}

void
offhook_emu_line_set_deaf(OffhookEmuLine *self, gboolean deaf)
{
	self->deaf = deaf;
}

void
offhook_emu_line_receive_audio(OffhookEmuLine *self, const gint16 *samples, gsize length)
{
	if (offhook_emu_playout_push(self->playout, samples, length) == 0 || self->overflowed)
		return;
	self->overflowed = TRUE;
	self->events->problem(offhook_emu_carrier.overflow, self->user_data);
}

void
offhook_emu_line_receive_mark(OffhookEmuLine *self, const gchar *name)
{
	g_autoptr(GPtrArray) due = g_ptr_array_new_with_free_func(g_free);
	gint64 buffered_ms =
	    offhook_emu_line_to_ms(self, offhook_emu_playout_get_buffered(self->playout));
	JsonObject *fields = json_object_new();

	json_object_set_string_member(fields, "name", name);
	json_object_set_int_member(fields, "buffered_ms", buffered_ms);
	offhook_emu_journal_add(self->journal, g_get_monotonic_time(), "mark-received", fields,
				NULL);
	if (!offhook_emu_playout_mark(self->playout, name, due))
		self->events->problem("too many marks are waiting, one is dropped",
				      self->user_data);
	offhook_emu_line_echo(self, due);
}

void
offhook_emu_line_receive_clear(OffhookEmuLine *self, gboolean echo)
{
	g_autoptr(GPtrArray) due = g_ptr_array_new_with_free_func(g_free);
	gint64 dropped_ms =
	    offhook_emu_line_to_ms(self, offhook_emu_playout_clear(self->playout, due));
	gint64 now_us = g_get_monotonic_time();
	JsonObject *fields = json_object_new();

	json_object_set_int_member(fields, "dropped_ms", dropped_ms);
	json_object_set_int_member(fields, "played_ms", offhook_emu_line_get_played_ms(self));
	json_object_set_int_member(fields, "marks", due->len);
	offhook_emu_journal_add(self->journal, now_us, "clear", fields,
				"server  clears the buffer: %" G_GINT64_FORMAT " ms dropped",
				dropped_ms);
	offhook_emu_caller_cleared(self->caller, (now_us - self->origin_us) / 1000);
	if (echo)
		offhook_emu_line_echo(self, due);
}

/* The call is over. An agent cut off in the middle has stopped now. */
void
offhook_emu_line_stop(OffhookEmuLine *self)
{
	offhook_emu_line_stop_clock(self);
	self->stream = NULL;
	if (!self->ear.speaking)
		return;
	self->ear.speaking = FALSE;
	offhook_emu_line_report_ear(self, OFFHOOK_EMU_EAR_STOPPED);
	offhook_emu_caller_hear(self->caller, OFFHOOK_EMU_EAR_STOPPED, self->buffer_end_ms);
}

gboolean
offhook_emu_line_save(OffhookEmuLine *self, const gchar *heard_path, const gchar *record_path,
		      GError **error)
{
	if (self->heard == NULL)
		return TRUE; /* nothing was ever on the line */
	if (heard_path != NULL && !offhook_emu_wav_write(heard_path, self->heard, NULL, error))
		return FALSE;
	return record_path == NULL ||
	       offhook_emu_wav_write(record_path, self->said, self->heard, error);
}
