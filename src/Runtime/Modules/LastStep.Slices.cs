using Recurve.Devices;
using Recurve.Plans;

namespace Recurve;

// Of a sequence whose steps are divided among ranks: rows go over the processor.
public sealed unsafe partial class LastStep
{
    static Tensor OfSlices(ITimeSlices slices, Tensor x, RowRange[] ranges)
    {
        var (batch, steps, width) = (x.Dim(0), x.Dim(1), x.Dim(2));
        SliceOrder order = new(slices, isReverse: false);
        // a row, and whether there is one
        var own = Storage.RentStaging(x.Device, (long)batch * (width + 1), clear: true);
        int[] held = [.. Enumerable.Range(0, batch).Where(b => ranges[b].Count > 0)];
        var rows = RowsOf(x, [.. held.Select(b => Last(ranges[b]))]);
        for (var i = 0; i < held.Length; i++)
        {
            var row = own.Pointer + (long)held[i] * (width + 1);
            RowMath.Copy(row, rows.Pointer + (long)i * width, width);
            row[width] = 1;
        }
        var (all, last, holders) = (Storage.Rent(own.Length * order.Count), Storage.RentStaging(x.Device, (long)batch * width), new int[batch]);
        order.Gather(own.Pointer, all, own.Length);
        for (var b = 0; b < batch; b++)
        {
            float* RowOf(int rank) => all.Pointer + ((long)rank * batch + b) * (width + 1);
            holders[b] = order.Count - 1;
            while (holders[b] >= 0 && RowOf(holders[b])[width] == 0) holders[b]--;
            if (holders[b] < 0) throw HasNoStep(x, b);
            RowMath.Copy(last.Pointer + (long)b * width, RowOf(holders[b]), width);
        }
        var y = Tensor.Uninitialized(x.Device, batch, width);
        y.Storage.CopyFrom(last);
        foreach (var storage in new[] { own, rows, all, last }) storage.Return();
        Autograd.Record(nameof(LastStep), [x], [y], gradients =>
        {
            var arrived = order.Gather(gradients[0]!);
            int[] mine = [.. Enumerable.Range(0, batch).Where(b => holders[b] == order.Rank)];
            var sums = Storage.RentStaging(x.Device, (long)mine.Length * width, clear: true);
            for (var i = 0; i < mine.Length; i++)
            {
                for (var rank = 0; rank < order.Count; rank++) RowMath.Add(sums.Pointer + (long)i * width, arrived.Pointer + ((long)rank * batch + mine[i]) * width, width);
            }
            var dx = Tensor.Zeros(x.Device, batch, steps, width);
            SetRows(dx, [.. mine.Select(b => Last(ranges[b]))], sums);
            arrived.Return();
            sums.Return();
            return [dx];
        });
        return y;
    }

    /// <summary>Rows of a tensor, on the processor.</summary>
    static Storage RowsOf(Tensor x, long[] rows)
    {
        var width = x.Dim(-1);
        var read = Storage.RentStaging(x.Device, (long)rows.Length * width);
        if (x.Accelerator is { } device)
        {
            var (gathered, list) = (Storage.Rent(x.Device, read.Length), device.Upload(rows));
            device.Launch(Elementwise.Text, "gather_rows", Grid.Over(read.Length), gathered, x, list, width, (long)rows.Length);
            read.CopyFrom(gathered);
            gathered.Return();
            list.Return();
        }
        else
        {
            for (var i = 0; i < rows.Length; i++) RowMath.Copy(read.Pointer + (long)i * width, x.Pointer + rows[i] * width, width);
            GC.KeepAlive(x);
        }
        return read;
    }

    /// <summary>Sets rows of a tensor to those on the processor.</summary>
    static void SetRows(Tensor x, long[] rows, Storage values)
    {
        var width = x.Dim(-1);
        if (x.Accelerator is { } device)
        {
            var (given, list) = (Storage.Rent(x.Device, values.Length), device.Upload(rows));
            given.CopyFrom(values);
            device.Launch(Elementwise.Text, "scatter_rows", Grid.Over(values.Length), x, given, list, width, (long)rows.Length);
            given.Return();
            list.Return();
            return;
        }
        for (var i = 0; i < rows.Length; i++) RowMath.Copy(x.Pointer + rows[i] * width, values.Pointer + (long)i * width, width);
        GC.KeepAlive(x);
    }
}
