/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A conversation's host for tests: a toolbox whose tools are ended by the test, and what agents tell. Main
 * thread.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define TYPE_HOST (host_get_type())
G_DECLARE_FINAL_TYPE(Host, host, TEST, HOST, OffhookAgentHost)

/** @history: (transfer full) (nullable) */
OffhookAgentHost *host_new(GPtrArray *history);

/** A tool whose runs wait for host_end_run(). */
void host_add_tool(OffhookAgentHost *self, const char *name, OffhookToolFlags flags);
/** The names of those that were started, each with a space behind. */
const char *host_get_started(OffhookAgentHost *self);
/** Waits until @n were started. */
void host_wait_started(OffhookAgentHost *self, guint n);
/** The @n-th run, from 1. (transfer none) */
OffhookToolRun *host_get_run(OffhookAgentHost *self, guint n);
void host_end_run(OffhookAgentHost *self, guint n, const char *result);

/** What was told, "type {data}" in lines. */
const char *host_get_notes(OffhookAgentHost *self);

G_END_DECLS
