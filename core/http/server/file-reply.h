/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Answering with a file, or the part of it that was asked for, as it comes from the disk: a few
 * kilobytes of it are in memory at a time, and nothing waits for the disk. Main thread.
 */
#pragma once

#include <sys/stat.h>

#include "http/server/request.h"

G_BEGIN_DECLS

typedef struct {
	int fd; /* taken over */
	struct stat info;
	const char *media_type;
	const char *name; /* what it is called when it is saved */
} OffhookHttpFile;

/**
 * offhook_http_file_reply:
 * @request: (transfer full): waiting
 *
 * 200, 206 for one range, 304, or 416. Of a file that grows: what is there now.
 */
void offhook_http_file_reply(OffhookHttpRequest *request, const OffhookHttpFile *file);

G_END_DECLS
