/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The person at the other end: says the next thing when the agent has finished answering the last,
 * and hangs up when nothing more is said. Counts time in frames, so it needs no clock. Media thread.
 */

#include "party.h"

#include <string.h>

struct _OffhookLoopbackParty {
	OffhookLoopbackManners manners;
	gsize frame_bytes;

	guint next;        /* utterance to be said next */
	GBytes *utterance; /* (nullable): being said; owned by manners.utterances */
	gsize position;    /* in it */
	guint waited_ms;   /* since the last utterance */
	guint quiet_ms;    /* since the agent was heard last, or since the last utterance */
	gboolean answered; /* the agent was heard since the last utterance */
};

OffhookLoopbackParty *
offhook_loopback_party_new(const OffhookLoopbackManners *manners)
{
	OffhookLoopbackParty *self = g_new0(OffhookLoopbackParty, 1);

	self->manners = *manners;
	g_ptr_array_ref(manners->utterances);
	self->frame_bytes = offhook_audio_format_get_bytes(&manners->format, OFFHOOK_FRAME_MS);
	return self;
}

void
offhook_loopback_party_free(OffhookLoopbackParty *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->manners.utterances);
	g_free(self);
}

gsize
offhook_loopback_party_get_frame_bytes(OffhookLoopbackParty *self)
{
	return self->frame_bytes;
}

void
offhook_loopback_party_hear(OffhookLoopbackParty *self, gboolean audible)
{
	if (audible) {
		self->quiet_ms = 0;
		self->answered = TRUE;
	} else {
		self->quiet_ms += OFFHOOK_FRAME_MS;
	}
}

static gboolean
offhook_loopback_party_wants_to_speak(OffhookLoopbackParty *self)
{
	const OffhookLoopbackManners *manners = &self->manners;

	if (self->next == manners->utterances->len)
		return FALSE;
	if (self->next == 0 && !manners->listen_first)
		return TRUE;
	if (self->answered)
		return self->quiet_ms >= manners->turn_gap_ms;
	return self->waited_ms >= manners->patience_ms;
}

/* A party without a script is there to listen, and stays. */
static gboolean
offhook_loopback_party_wants_to_leave(OffhookLoopbackParty *self)
{
	const OffhookLoopbackManners *manners = &self->manners;

	return manners->hang_up_ms > 0 && manners->utterances->len > 0 &&
	       self->next == manners->utterances->len && self->utterance == NULL &&
	       MIN(self->waited_ms, self->quiet_ms) >= manners->hang_up_ms;
}

static void
offhook_loopback_party_continue(OffhookLoopbackParty *self, guint8 *frame)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(self->utterance, &size);

	memcpy(frame, data + self->position, self->frame_bytes);
	self->position += self->frame_bytes;
	if (self->position + self->frame_bytes <= size)
		return;
	self->utterance = NULL;
	self->answered = FALSE;
	self->waited_ms = 0;
	self->quiet_ms = 0;
}

gboolean
offhook_loopback_party_speak(OffhookLoopbackParty *self, guint8 *frame)
{
	if (self->utterance == NULL && offhook_loopback_party_wants_to_speak(self)) {
		self->utterance = g_ptr_array_index(self->manners.utterances, self->next++);
		self->position = 0;
	}
	if (self->utterance != NULL) {
		offhook_loopback_party_continue(self, frame);
		return TRUE;
	}
	if (offhook_loopback_party_wants_to_leave(self))
		return FALSE;
	self->waited_ms += OFFHOOK_FRAME_MS;
	memset(frame, offhook_encoding_get_silence(self->manners.format.encoding),
	       self->frame_bytes);
	return TRUE;
}
