namespace Recurve;

public sealed partial class Trainer
{
    static readonly TimeSpan flushEvery = TimeSpan.FromSeconds(0.5), reportEvery = TimeSpan.FromSeconds(30);

    readonly OrderedDictionary<string, double> row = [];
    IReadOnlyDictionary<string, Tensor> best = new Dictionary<string, Tensor>();
    TimeSpan nextFlush, nextSave, nextReport = reportEvery;

    /// <summary>Begins the run or reads the one to resume.</summary>
    void Start(long lastIteration, long? perEpoch)
    {
        var isFirst = options.Ranks?.IsFirst ?? true;
        if (folder is not null)
        {
            if (options.Resume) Continue(folder);
            else if (isFirst) folder.Begin();
            // nobody writes before all have read
            _ = MeanOfRanks(0);
            if (!isFirst) folder = null;
        }
        if (watch is not null)
        {
            foreach (var point in History[watch.Monitor]) watch.Add(point);
        }
        folder?.Open(History);
        // from its first moment a run can be resumed, and is not written over
        if (!options.Resume) Save();
        model.Train();
        pace = new(options, lastIteration, perEpoch, History.Last(HistoryNames.Seconds) ?? 0);
        nextSave = options.CheckpointEvery;
    }

    void Continue(RunFolder from)
    {
        (Iteration, History, var tensors) = from.Load();
        best = tensors.Best;
        Carried.Clear();
        foreach (var (name, value) in tensors.Carried) Carried.Add(name, value.To(model.Place));
    }

    /// <summary>All processes stop when the first does: its clock counts, and its token.</summary>
    StopReason? ReasonToStop(CancellationToken cancel)
    {
        const int goOn = -1;
        var own = OwnReasonToStop(cancel);
        return options.Ranks?.OfFirst((int?)own ?? goOn) is { } reason ? reason == goOn ? null : (StopReason)reason : own;
    }

    StopReason? OwnReasonToStop(CancellationToken cancel)
    {
        if (options.Goal?.Invoke(History) == true) return StopReason.GoalReached;
        if (watch?.IsOver == true) return StopReason.EarlyStopped;
        if (Iteration >= pace!.LastIteration) return options.Goal is null ? StopReason.Finished : StopReason.GoalMissed;
        if (pace.Elapsed >= options.MaxTime) return options.Goal is null ? StopReason.TimeLimit : StopReason.GoalMissed;
        return cancel.IsCancellationRequested ? StopReason.Cancelled : null;
    }

    /// <summary>One step of the optimizer; what it measures makes a new row.</summary>
    void Learn<TBatch>(TBatch batch, int examples, Func<TBatch, Tensor> lossOf)
    {
        row.Clear();
        optimizer.ZeroGrad();
        logged = new() { Weight = 1 };
        var loss = lossOf(batch);
        var value = RequireFinite(HistoryNames.Loss, MeanOfRanks(loss.Item()));
        if (options.Ranks is { } ranks) ranks.Backward(loss);
        else loss.Backward();
        double? norm = options.MaxGradientNorm is { } max ? RequireFinite(HistoryNames.GradientNorm, GradientClip.ByNorm(optimizer.Parameters, max)) : null;
        optimizer.Step();
        options.AfterStep?.Invoke();
        Iteration++;
        pace!.Count(examples);
        row[HistoryNames.Seconds] = pace.TotalSeconds;
        row[HistoryNames.Loss] = value;
        foreach (var (name, mean) in logged.Values) row[name] = MeanOfRanks(mean);
        row[HistoryNames.LearningRate] = optimizer.LearningRate;
        if (norm is { } length) row[HistoryNames.GradientNorm] = length;
        if (pace.Epoch(Iteration) is { } epoch) row[HistoryNames.Epoch] = epoch;
        row[HistoryNames.Memory] = model.Place.Pool.RentedBytes / (double)(1 << 20);
    }

    /// <summary>Means over the examples of the validation data.</summary>
    void Measure<TBatch>(IBatches<TBatch> data, Func<TBatch, Tensor> lossOf)
    {
        logged = new();
        using var suspended = Autograd.NoGrad();
        model.Eval();
        for (long i = 0; i < data.PerEpoch; i++)
        {
            logged.Weight = data.SizeOf(i);
            logged.Add(HistoryNames.Loss, lossOf(data[i]).Item());
        }
        model.Train();
        foreach (var (name, mean) in logged.Values) row[HistoryNames.Validation + name] = MeanOfRanks(mean);
    }

    double MeanOfRanks(double value) => options.Ranks?.Mean(value) ?? value;

    void Record()
    {
        History.Add(Iteration, row);
        folder?.Append(History);
        if (watch is null || !row.TryGetValue(watch.Monitor, out var value)) return;
        if (watch.Add(new(Iteration, value))) best = model.LoadedTensors().ToDictionary(t => t.Name, t => t.Value.Copy());
    }

    void Report(bool isLast) => options.Progress?.Report(pace!.Progress(Iteration, row, isLast));

    void SaveNowAndThen()
    {
        if (folder is null) return;
        if (pace!.Elapsed >= nextFlush)
        {
            folder.Flush();
            nextFlush = pace.Elapsed + flushEvery;
        }
        if (pace.Elapsed >= nextSave)
        {
            Save();
            // of a time that may be without end
            nextSave = pace.Elapsed < TimeSpan.MaxValue - options.CheckpointEvery ? pace.Elapsed + options.CheckpointEvery : TimeSpan.MaxValue;
        }
        if (pace.Elapsed < nextReport) return;
        WriteReport(folder, "still training", []);
        nextReport = pace.Elapsed + reportEvery;
    }

    void Save()
    {
        try
        {
            if (folder is null) return;
            if (options.Ranks is not null && Carried.Count > 0)
                throw new NotSupportedException($"Each process carries tensors of its own ({string.Join(", ", Carried.Keys)}), which one checkpoint cannot hold: train in one process, or without Carried.");
            folder.Save(Iteration, History, new(best, Carried.AsReadOnly()));
        }
        catch (InvalidOperationException e)
        {
            throw Diverged(e.Message);
        }
    }

    TrainingResult End(StopReason reason)
    {
        // the checkpoint has the last weights, to continue from, even where the model gets its best ones
        Save();
        if (best.Count > 0) StateLoading.Apply("best weights", model.LoadedTensors(), best);
        TrainingResult result = new(reason, Iteration, TimeSpan.FromSeconds(pace!.TotalSeconds), pace.Throughput, watch?.Best, History, "");
        using var suspended = Autograd.NoGrad();
        model.Eval();
        if (options.Conclude is { } conclude) result = result with { Conclusion = conclude(History) };
        if (folder is null) return result;
        folder.SaveModel();
        WriteReport(folder, result.ToString(), [.. options.Sections?.Invoke() ?? []]);
        return result;
    }

    void WriteReport(RunFolder folder, string result, IReadOnlyList<ReportSection> sections)
        => TrainingReport.Write(folder.Report, this, options, optimizer, model.Place, result, sections);

    double RequireFinite(string what, double value) => double.IsFinite(value) ? value : throw Diverged(FormattableString.Invariant($"{what} is {value} in iteration {Iteration + 1}"));

    DivergedException Diverged(string what) => new(FormattableString.Invariant(
        $"{what}, with a learning rate of {optimizer.LearningRate:0.######}: try a smaller one{(options.MaxGradientNorm is null ? ", or MaxGradientNorm" : "")}."));
}
