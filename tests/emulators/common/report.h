/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "call.h"

/* What is remembered of a call after it is freed. */
typedef struct {
	guint number;
	GPtrArray *failures; /* gchar*: expectations not met, and problems */
	GArray *answers_ms;  /* gint64: end of the caller's words to first sound */
} OffhookEmuVerdict;

OffhookEmuVerdict *offhook_emu_report_judge(const OffhookEmuOptions *options, OffhookEmuCall *call);
void offhook_emu_verdict_free(OffhookEmuVerdict *self);
void offhook_emu_report_print_call(const OffhookEmuOptions *options, OffhookEmuCall *call,
				   const OffhookEmuVerdict *verdict);
void offhook_emu_report_print_summary(GPtrArray *verdicts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuVerdict, offhook_emu_verdict_free)
