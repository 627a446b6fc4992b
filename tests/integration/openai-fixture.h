/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The openai engine in this process, and the emulator of its service as a program of its own.
 */
#pragma once

#include "openai-engine.h"
#include "service.h"
#include <offhook/json.h>
#include <offhook/offhook.h>

G_BEGIN_DECLS

/** @arguments: of the emulator, shell words. One at a time. */
void openai_start(const char *arguments);
/** Ends it; it must have found nothing wrong with what it was sent. */
void openai_stop(void);
/** For requests that must be refused: ends it without asking what it thinks. */
void openai_abandon(void);

/** For tests that are not about deadlines. */
#define OPENAI_PATIENT "first-byte-timeout-ms=20000;stall-timeout-ms=20000"

/**
 * An engine that goes there, with deadlines of SERVICE_DEADLINE_MS.
 * @fault: (nullable): what goes wrong with each request
 * @settings: (nullable): more of them, "name=value" separated by ';'
 */
OffhookEngine *openai_open_engine(const char *fault, const char *settings);

/** "base-url=...", for the configuration of a daemon. (transfer full) */
char *openai_get_setting(void);

/** What the emulator counts: "requests", "connections", "streams", "finished", "aborted". */
gint64 openai_count(const char *what);
/** Waits until it counts @n of them. */
void openai_wait_for_count(const char *what, gint64 n);
/** The body of the last chat request. */
char *openai_get_last_chat(void);

G_END_DECLS
