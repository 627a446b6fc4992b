/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The sample assistant that answers when no assistant is configured: offline speech engines and the
 * dialog agent with its own sample, for calls of any driver. Constant data.
 */

#include "config/embedded-defaults.h"

const char *
offhook_embedded_defaults_get(void)
{
	return "[assistant:default]\n"
	       "agents=dialog\n"
	       "stt=pocketsphinx\n"
	       "tts=flite\n";
}
