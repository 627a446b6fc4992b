/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Judges a finished call against what was expected, and prints the timings. */

#include "report.h"

#include <stdarg.h>
#include <stdio.h>

#define OFFHOOK_EMU_REPORT_MAX_LINES 20

void
offhook_emu_verdict_free(OffhookEmuVerdict *self)
{
	g_ptr_array_unref(self->failures);
	g_array_unref(self->answers_ms);
	g_free(self);
}

static void offhook_emu_report_fail(OffhookEmuVerdict *self, const gchar *format, ...)
    G_GNUC_PRINTF(2, 3);

static void
offhook_emu_report_fail(OffhookEmuVerdict *self, const gchar *format, ...)
{
	va_list args;

	va_start(args, format);
	g_ptr_array_add(self->failures, g_strdup_vprintf(format, args));
	va_end(args);
}

static void
offhook_emu_report_judge_turn(const OffhookEmuOptions *options, OffhookEmuVerdict *self,
			      const OffhookEmuTurn *turn)
{
	const OffhookEmuExpect *expect = &options->expect;
	gint64 answer_ms = turn->answer_ms - turn->end_ms;

	if (turn->answer_ms >= 0 && !turn->keys)
		g_array_append_val(self->answers_ms, answer_ms);
	if (expect->heard && !turn->keys && turn->answer_ms < 0)
		offhook_emu_report_fail(self, "expected an answer to \"%s\", heard none",
					turn->text);
	if (expect->silence_within < 0 || turn->kind != OFFHOOK_EMU_STEP_BARGE_IN)
		return;
	if (!turn->overlap)
		offhook_emu_report_fail(
		    self, "\"%s\" interrupted nobody: the agent was not speaking", turn->text);
	else if (turn->silence_ms < 0 || turn->silence_ms > expect->silence_within)
		offhook_emu_report_fail(
		    self,
		    "expected silence within %d ms of \"%s\", it took %" G_GINT64_FORMAT " ms",
		    expect->silence_within, turn->text, turn->silence_ms);
}

static void
offhook_emu_report_judge_turns(const OffhookEmuOptions *options, OffhookEmuVerdict *self,
			       OffhookEmuCaller *caller)
{
	GPtrArray *turns = offhook_emu_caller_get_turns(caller);
	gboolean interrupted = FALSE;

	for (guint i = 0; i < turns->len; i++) {
		const OffhookEmuTurn *turn = g_ptr_array_index(turns, i);

		offhook_emu_report_judge_turn(options, self, turn);
		interrupted |= turn->kind == OFFHOOK_EMU_STEP_BARGE_IN;
	}
	if (options->expect.silence_within >= 0 && !interrupted)
		offhook_emu_report_fail(self, "expected a barge-in, there was none");
	if (options->expect.heard && turns->len == 0)
		offhook_emu_report_fail(self, "expected an answer, but nothing was said");
}

static void
offhook_emu_report_judge_outcome(const OffhookEmuOptions *options, OffhookEmuVerdict *self,
				 const OffhookEmuResult *result)
{
	const OffhookEmuExpect *expect = &options->expect;
	const OffhookEmuStreamEnd *end = &result->stream_end;

	if (expect->status != 0 && result->webhook_status != (guint)expect->status)
		offhook_emu_report_fail(self, "expected the webhook to be answered with %d, got %u",
					expect->status, result->webhook_status);
	if (expect->reject && result->outcome != OFFHOOK_EMU_OUTCOME_REJECTED)
		offhook_emu_report_fail(self, "expected the call to be rejected");
	if (expect->hangup && result->outcome != OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP)
		offhook_emu_report_fail(self, "expected the server to hang up");
	if (expect->transfer && result->outcome != OFFHOOK_EMU_OUTCOME_TRANSFERRED)
		offhook_emu_report_fail(self, "expected the call to be transferred");
	else if (expect->transfer_number != NULL &&
		 g_strcmp0(expect->transfer_number, result->transfer_number) != 0)
		offhook_emu_report_fail(self, "expected a transfer to %s, it went to %s",
					expect->transfer_number, result->transfer_number);
	if (expect->close_code >= 0 && !(end->by_server && !end->refused))
		offhook_emu_report_fail(self,
					"expected the server to close the stream, it did not");
	else if (expect->close_code > 0 && end->code != (guint)expect->close_code)
		offhook_emu_report_fail(self, "expected the stream to be closed with %d, got %u",
					expect->close_code, end->code);
	if (expect->refused >= 0 && !end->refused)
		offhook_emu_report_fail(self, "expected the stream to be refused, it was opened");
	else if (expect->refused > 0 && end->http_status != (guint)expect->refused)
		offhook_emu_report_fail(self, "expected the stream to be refused with %d, got %u",
					expect->refused, end->http_status);
}

/* Steps that never came to pass are a failure, unless the server was meant to end the call or was
 * wronged. */
static gboolean
offhook_emu_report_may_be_cut(const OffhookEmuOptions *options)
{
	const OffhookEmuExpect *expect = &options->expect;

	return expect->hangup || expect->transfer || expect->reject || expect->status != 0 ||
	       expect->close_code >= 0 || expect->refused >= 0 ||
	       offhook_emu_options_any_fault(options);
}

OffhookEmuVerdict *
offhook_emu_report_judge(const OffhookEmuOptions *options, OffhookEmuCall *call)
{
	OffhookEmuVerdict *self = g_new0(OffhookEmuVerdict, 1);
	const OffhookEmuResult *result = offhook_emu_call_get_result(call);
	OffhookEmuCaller *caller = offhook_emu_line_get_caller(offhook_emu_call_get_line(call));

	self->number = offhook_emu_call_get_number(call);
	self->failures = g_ptr_array_new_with_free_func(g_free);
	self->answers_ms = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (guint i = 0; i < result->problems->len; i++)
		g_ptr_array_add(self->failures, g_strdup(g_ptr_array_index(result->problems, i)));
	offhook_emu_report_judge_turns(options, self, caller);
	offhook_emu_report_judge_outcome(options, self, result);
	if (result->streamed && !offhook_emu_caller_get_finished(caller) &&
	    !offhook_emu_report_may_be_cut(options))
		offhook_emu_report_fail(self, "the call ended before the script did");
	return self;
}

static void
offhook_emu_report_print_turn(const OffhookEmuTurn *turn, guint index)
{
	printf("turn %u: %s \"%s\"\n", index, turn->keys ? "keys" : "said", turn->text);
	if (turn->kind == OFFHOOK_EMU_STEP_BARGE_IN && turn->overlap) {
		printf("  start of the caller's speech -> silence heard %7" G_GINT64_FORMAT " ms",
		       turn->silence_ms);
		if (turn->clear_ms >= 0)
			printf("  (buffer cleared after %" G_GINT64_FORMAT " ms)", turn->clear_ms);
		printf("\n");
	} else if (turn->kind == OFFHOOK_EMU_STEP_BARGE_IN) {
		printf("  the agent was not speaking, nothing was interrupted\n");
	}
	if (turn->answer_ms >= 0)
		printf("  end of the caller's speech -> first audio heard %5" G_GINT64_FORMAT
		       " ms\n",
		       turn->answer_ms - turn->end_ms);
	else
		printf("  no answer was heard\n");
}

static void
offhook_emu_report_print_fault(const OffhookEmuOptions *options, const OffhookEmuResult *result)
{
	const OffhookEmuStreamEnd *end = &result->stream_end;

	if (result->fault == NULL)
		return;
	printf("fault: %s\n", result->fault);
	if (options->faults.lost_stop && !end->by_server)
		printf("  what the server makes of it cannot be seen from here\n");
	else if (end->timed_out)
		printf("  the server did nothing about it for %" G_GINT64_FORMAT " ms\n",
		       end->after_fault_ms);
	else if (!end->by_server)
		printf("  the server went on with the call\n");
	else if (end->code != 0)
		printf("  the server closed with code %u after %" G_GINT64_FORMAT " ms\n",
		       end->code, end->after_fault_ms);
	else
		printf("  the server dropped the connection after %" G_GINT64_FORMAT " ms\n",
		       end->after_fault_ms);
}

void
offhook_emu_report_print_call(const OffhookEmuOptions *options, OffhookEmuCall *call,
			      const OffhookEmuVerdict *verdict)
{
	const OffhookEmuResult *result = offhook_emu_call_get_result(call);
	OffhookEmuLine *line = offhook_emu_call_get_line(call);
	GPtrArray *turns = offhook_emu_caller_get_turns(offhook_emu_line_get_caller(line));

	printf("\n");
	if (offhook_emu_line_get_greeting_ms(line) >= 0)
		printf("greeting: heard after %" G_GINT64_FORMAT " ms\n",
		       offhook_emu_line_get_greeting_ms(line));
	for (guint i = 0; i < turns->len; i++)
		offhook_emu_report_print_turn(g_ptr_array_index(turns, i), i + 1);
	offhook_emu_report_print_fault(options, result);
	if (result->outcome == OFFHOOK_EMU_OUTCOME_TRANSFERRED)
		printf("transferred to %s\n", result->transfer_number);
	printf("agent audio heard: %" G_GINT64_FORMAT " ms\n",
	       offhook_emu_line_get_played_ms(line));
	for (guint i = 0; i < verdict->failures->len && i < OFFHOOK_EMU_REPORT_MAX_LINES; i++)
		printf("FAILED: %s\n", (const gchar *)g_ptr_array_index(verdict->failures, i));
	printf("%s\n", verdict->failures->len == 0 ? "OK" : "NOT OK");
}

static gint
offhook_emu_report_compare(gconstpointer a, gconstpointer b)
{
	gint64 left = *(const gint64 *)a;
	gint64 right = *(const gint64 *)b;

	return left < right ? -1 : left > right;
}

static gint64
offhook_emu_report_percentile(GArray *sorted, guint percent)
{
	return g_array_index(sorted, gint64, (sorted->len - 1) * percent / 100);
}

void
offhook_emu_report_print_summary(GPtrArray *verdicts)
{
	g_autoptr(GArray) answers = g_array_new(FALSE, FALSE, sizeof(gint64));
	guint failed = 0;

	printf("\n");
	for (guint i = 0; i < verdicts->len; i++) {
		const OffhookEmuVerdict *verdict = g_ptr_array_index(verdicts, i);

		g_array_append_vals(answers, verdict->answers_ms->data, verdict->answers_ms->len);
		if (verdict->failures->len == 0)
			continue;
		if (failed++ < OFFHOOK_EMU_REPORT_MAX_LINES)
			printf("call %u FAILED: %s\n", verdict->number,
			       (const gchar *)g_ptr_array_index(verdict->failures, 0));
	}
	printf("%u calls, %u as expected, %u not\n", verdicts->len, verdicts->len - failed, failed);
	if (answers->len == 0)
		return;
	g_array_sort(answers, offhook_emu_report_compare);
	printf("end of the caller's speech -> first audio heard, %u turns: least %" G_GINT64_FORMAT
	       ", median %" G_GINT64_FORMAT ", p95 %" G_GINT64_FORMAT ", p99 %" G_GINT64_FORMAT
	       ", most %" G_GINT64_FORMAT " ms\n",
	       answers->len, offhook_emu_report_percentile(answers, 0),
	       offhook_emu_report_percentile(answers, 50),
	       offhook_emu_report_percentile(answers, 95),
	       offhook_emu_report_percentile(answers, 99),
	       offhook_emu_report_percentile(answers, 100));
}
