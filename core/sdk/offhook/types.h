/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Forward declarations of every public type, so that the other headers include almost nothing.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _OffhookAgent OffhookAgent;
typedef struct _OffhookAgentHost OffhookAgentHost;
typedef struct _OffhookAgentSession OffhookAgentSession;
typedef struct _OffhookAgentTurn OffhookAgentTurn;
typedef struct _OffhookCallHost OffhookCallHost;
typedef struct _OffhookClock OffhookClock;
typedef struct _OffhookCompleter OffhookCompleter;
/** What a language model is asked. */
typedef struct _OffhookCompletionRequest OffhookCompletionRequest;
typedef struct _OffhookDriver OffhookDriver;
typedef struct _OffhookEmbedder OffhookEmbedder;
typedef struct _OffhookEngine OffhookEngine;
typedef struct _OffhookExpectation OffhookExpectation;
typedef struct _OffhookMediaPort OffhookMediaPort;
typedef struct _OffhookMemory OffhookMemory;
typedef struct _OffhookPacer OffhookPacer;
typedef struct _OffhookSettings OffhookSettings;
typedef struct _OffhookSynthesizer OffhookSynthesizer;
/** The calls of one answer, while they are put together. */
typedef struct _OffhookToolCallList OffhookToolCallList;
typedef struct _OffhookToolRun OffhookToolRun;
typedef struct _OffhookToolbox OffhookToolbox;
typedef struct _OffhookTranscriber OffhookTranscriber;
typedef struct _OffhookWireProtocol OffhookWireProtocol;
typedef struct _OffhookWorkQueue OffhookWorkQueue;

G_END_DECLS
