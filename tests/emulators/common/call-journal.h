/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "call.h"

/* What is written down of a call, whoever carries it. Main loop only. */

/* @text: what the server did wrong; also among @result's problems, as long as there are not too many */
void offhook_emu_call_journal_problem(OffhookEmuJournal *self, OffhookEmuResult *result,
				      const gchar *text);
/* @text: (nullable): in the timeline, before @value */
void offhook_emu_call_journal_note(OffhookEmuJournal *self, const gchar *event, const gchar *key,
				   const gchar *value, const gchar *text);
void offhook_emu_call_journal_fault(OffhookEmuJournal *self, OffhookEmuResult *result,
				    const gchar *text);
void offhook_emu_call_journal_stream_end(OffhookEmuJournal *self, OffhookEmuLine *line,
					 const OffhookEmuStreamEnd *end);
/* The call is over, with that result. */
void offhook_emu_call_journal_end(OffhookEmuJournal *self, OffhookEmuLine *line,
				  const OffhookEmuResult *result);
