namespace Recurve.Kernels.Scan;

// Runs of steps whose rows follow each other by their strides alone: a call of ScanRows each.
internal readonly unsafe ref partial struct ScanWalk<TBody, V>
{
    // forward: the next step that is reset, or the end; against the order: the step itself if it is reset, or the next such one, or the last
    int UntilReset(int step, int stop, int towards)
    {
        if (launch.Resets == null) return stop;
        while (step != stop && !launch.IsReset(batch, launch.Row(batch, step))) step += towards;
        return step;
    }

    /// <summary>Moves the cursor to the last of steps [from, to), to walk them against the order.</summary>
    /// <param name="cursor">Streams, and what else the walk needs.</param>
    /// <param name="from">First step.</param>
    /// <param name="to">Step after the last.</param>
    /// <param name="recurrenceAlone">Whether the adjoints of the streams are left out.</param>
    BackwardRuns RunsBackward(FrameCursor cursor, int from, int to, bool recurrenceAlone = false)
    {
        if (from >= to) return default;
        var row = launch.Row(batch, to - 1);
        cursor.MoveTo(batch, row, -direction);
        var (readsOld, readsNew) = recurrenceAlone ? (Reads<TBody>.OldInRecurrence, Reads<TBody>.NewInRecurrence) : (Reads<TBody>.Old, Reads<TBody>.New);
        return new(this, from, to, StateTrail.At(state, batch, row, direction, readsOld, readsNew, zeros));
    }

    /// <summary>Runs against the order. A step whose old state is not the row before it, because it is reset or the window's first, is one of its own.</summary>
    ref struct BackwardRuns(ScanWalk<TBody, V> walk, int from, int to, StateTrail trail)
    {
        readonly ScanWalk<TBody, V> walk = walk;
        StateTrail rest = trail;
        int step = to - 1, left = to - from;

        /// <summary>What lies beside the first row of the run.</summary>
        public StateTrail Trail { get; private set; }

        /// <summary>How many.</summary>
        public int Rows { get; private set; }

        /// <summary>Whether the run is a step that is reset.</summary>
        public bool IsReset { get; private set; }

        /// <summary>The next run, of at most so many rows.</summary>
        public bool TryNext(int most)
        {
            if (left == 0) return false;
            IsReset = walk.launch.IsReset(walk.batch, walk.launch.Row(walk.batch, step));
            var isFirst = step == walk.firstStep;
            Trail = IsReset ? rest.From(walk.initial) : isFirst ? rest.From(walk.start) : rest;
            Rows = IsReset || isFirst ? 1 : step - walk.UntilReset(step, Math.Max(step - Math.Min(left, most), walk.firstStep), -1);
            rest.Retreat(Rows);
            step -= Rows;
            left -= Rows;
            return true;
        }
    }
}
