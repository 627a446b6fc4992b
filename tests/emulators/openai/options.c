/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The command line. Every value is checked here, so that nothing further in has to. */

#include "options.h"

#include "fault.h"

static const OffhookEmuFlavour offhook_emu_flavours[] = {
    {.name = "openai", .reasoning = "reasoning_content", .usage_member = TRUE},
    {.name = "llama.cpp", .reasoning = "reasoning_content", .null_content = TRUE, .pings = TRUE},
    {.name = "ollama", .reasoning = "reasoning", .whole_calls = TRUE, .late_finish = TRUE},
    {.name = "vllm", .reasoning = "reasoning", .usage_member = TRUE},
};

static gboolean
offhook_emu_openai_options_check(OffhookEmuOpenaiOptions *self, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_flavours); i++)
		if (g_str_equal(offhook_emu_flavours[i].name, self->flavour_name))
			self->flavour = &offhook_emu_flavours[i];
	if (self->flavour == NULL)
		return offhook_emu_command_refuse(error, "flavour",
						  "openai, llama.cpp, ollama or vllm");
	if (self->port < 0 || self->port > 65535)
		return offhook_emu_command_refuse(error, "port", "0 to 65535");
	if (!(self->tokens_per_second >= 0.1 && self->tokens_per_second <= 10000))
		return offhook_emu_command_refuse(error, "tokens-per-second", "0.1 to 10000");
	if (!offhook_emu_voice_options_check(&self->voice, error))
		return FALSE;
	if (self->first_token_ms < 0 || self->transcript_ms < 0 || self->slow_ms < 0)
		return offhook_emu_command_refuse(error, "first-token, --transcript, --slow",
						  "milliseconds from 0 on");
	return self->retry_after >= 0
		   ? TRUE
		   : offhook_emu_command_refuse(error, "retry-after", "seconds from 0 on");
}

OffhookEmuOpenaiOptions *
offhook_emu_openai_options_parse(int argc, char **argv, GError **error)
{
	g_autoptr(OffhookEmuOpenaiOptions) self = g_new0(OffhookEmuOpenaiOptions, 1);
	g_autofree gchar *faults = offhook_emu_fault_list();
	g_autofree gchar *description = g_strdup_printf(
	    "Faults: a base URL of /fault/NAME/v1 has every request to it go wrong, with NAME one "
	    "of\n  %s\n\nExample:\n  offhook emulate openai --port 8080 --first-token 300\n",
	    faults);
	g_autoptr(GOptionContext) context = NULL;
	const GOptionEntry entries[] = {
	    {"port", 0, 0, G_OPTION_ARG_INT, &self->port, "listen on (0: any)", "PORT"},
	    {"script", 0, 0, G_OPTION_ARG_FILENAME, &self->script_path,
	     "answers and transcripts, see the README", "FILE.json"},
	    {"key", 0, 0, G_OPTION_ARG_STRING, &self->key, "refuse requests without this key",
	     "KEY"},
	    {"requests", 0, 0, G_OPTION_ARG_FILENAME, &self->requests_path,
	     "write the requests as JSON lines", "FILE.jsonl"},
	    {"flavour", 0, 0, G_OPTION_ARG_STRING, &self->flavour_name,
	     "whose habits: openai (default), llama.cpp, ollama, vllm", "NAME"},
	    {"first-token", 0, 0, G_OPTION_ARG_INT, &self->first_token_ms,
	     "before the first piece of text (50)", "MS"},
	    {"tokens-per-second", 0, 0, G_OPTION_ARG_DOUBLE, &self->tokens_per_second,
	     "pieces of text from then on (50)", "N"},
	    {"transcript", 0, 0, G_OPTION_ARG_INT, &self->transcript_ms, "before a transcript (50)",
	     "MS"},
	    {"slow", 0, 0, G_OPTION_ARG_INT, &self->slow_ms,
	     "how slow the fault \"slow\" is (30000)", "MS"},
	    {"retry-after", 0, 0, G_OPTION_ARG_INT, &self->retry_after,
	     "what the fault \"429\" asks for (7)", "SECONDS"},
	    {NULL},
	};

	self->first_token_ms = self->transcript_ms = 50;
	self->tokens_per_second = 50;
	offhook_emu_voice_options_init(&self->voice, 20);
	self->slow_ms = 30000;
	self->retry_after = 7;
	context = offhook_emu_command_new_context(
	    "openai",
	    "Plays a server that speaks OpenAI's protocol: chat completions, text to "
	    "speech and speech\nto text. Prints base-url=..., a line for "
	    "[engine:openai], and serves until it is stopped.",
	    description);
	g_option_context_add_main_entries(context, entries, NULL);
	offhook_emu_voice_options_add(&self->voice, context);
	if (!offhook_emu_command_parse(context, argv, error))
		return NULL;
	if (self->flavour_name == NULL)
		self->flavour_name = g_strdup("openai");
	if (!offhook_emu_openai_options_check(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

void
offhook_emu_openai_options_free(OffhookEmuOpenaiOptions *self)
{
	g_free(self->script_path);
	g_free(self->requests_path);
	g_free(self->key);
	g_free(self->flavour_name);
	offhook_emu_voice_options_clear(&self->voice);
	g_free(self);
}
