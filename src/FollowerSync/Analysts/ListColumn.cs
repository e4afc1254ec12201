using System.Data.Common;
using Parquet;
using Parquet.Schema;

namespace FollowerSync.Analysts;

/// <summary>Lists. An empty list is not the same as none.</summary>
/// <typeparam name="TItem">Of what the lists are in the database.</typeparam>
/// <typeparam name="TStored">How an item is handed to the writer.</typeparam>
internal sealed class ListColumn<TItem, TStored> : ParquetColumn
    where TStored : struct
{
    // Parquet's definition levels of a list that may be null, of items that may be null.
    private const int NoList = 0;
    private const int EmptyList = 1;
    private const int NoItem = 2;
    private const int Item = 3;

    private readonly ListField _list;
    private readonly DataField _item;
    private readonly Func<TItem, TStored> _store;
    private readonly List<TStored> _items = [];
    private readonly List<int> _definitions = [];
    private readonly List<int> _repetitions = [];

    public ListColumn(string name, Type itemType, Func<TItem, TStored> store)
    {
        _item = new DataField(ListField.ElementName, itemType, isNullable: true);
        _list = new ListField(name, _item);
        _store = store;
    }

    public override Field Field => _list;

    public override void Add(DbDataReader row, int ordinal)
    {
        TItem[]? items = row.IsDBNull(ordinal) ? null : row.GetFieldValue<TItem[]>(ordinal);
        if (items is null or [])
        {
            _definitions.Add(items is null ? NoList : EmptyList);
            _repetitions.Add(0);
            return;
        }

        for (int i = 0; i < items.Length; i++)
        {
            if (items[i] is not null)
                _items.Add(_store(items[i]));
            _definitions.Add(items[i] is null ? NoItem : Item);
            _repetitions.Add(i == 0 ? 0 : 1);
        }
    }

    public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
    {
        await group.WriteAllPartsAsync<TStored>(_item, _items.ToArray(), _definitions.ToArray(), _repetitions.ToArray(), cancellationToken);
        _items.Clear();
        _definitions.Clear();
        _repetitions.Clear();
    }
}
